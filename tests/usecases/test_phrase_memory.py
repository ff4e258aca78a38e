from app.domain.errors import DatabaseRefused
from app.usecases.feedback.phrase_memory import FRESH_SECONDS, StoredPhrases
from tests.domain.test_site_phrases import PHRASE
from tests.usecases.fake_records import FakeWork


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def put(work, *, remove=False):
    with work() as w:
        if remove:
            w.site_phrases.remove(PHRASE.id)
        else:
            w.site_phrases.add(PHRASE)


def test_another_worker_knows_within_seconds_and_this_one_at_once():
    work, clock = FakeWork(), Clock()
    here, there = StoredPhrases(lambda: work, clock), StoredPhrases(lambda: work, clock)
    assert (here(), there()) == ((), ())
    put(work)
    here.forget()
    assert (here(), there()) == ((PHRASE,), ())
    clock.now = FRESH_SECONDS
    assert there() == (PHRASE,)
    assert there() is there(), "nothing is compiled anew while nothing changes"
    put(work, remove=True)
    clock.now += FRESH_SECONDS
    assert there() == ()


def test_without_its_database_it_goes_on_with_what_it_knew():
    work, clock, broken = FakeWork(), Clock(), []

    def opened():
        if broken:
            raise DatabaseRefused("gone")
        return work

    memory = StoredPhrases(opened, clock)
    put(work)
    assert memory() == (PHRASE,)
    broken.append(True)
    clock.now += 10
    assert memory() == (PHRASE,)
