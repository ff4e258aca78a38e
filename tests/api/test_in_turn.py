import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.api.state import InTurn
from app.domain.errors import NoteTooLong
from app.domain.note import ClinicalNote
from app.usecases.suggest_codes import SuggestionRequest
from tests.api.fakes import suggest_codes


class Watching:
    """Suggests, and holds how many notes were under way at once."""

    def __init__(self):
        self._suggest, self._busy, self.met = suggest_codes(), threading.Lock(), 0
        self.bundle, self.reference = self._suggest.bundle, self._suggest.reference

    def __call__(self, request):
        alone = self._busy.acquire(blocking=False)
        self.met += not alone
        try:
            # Long enough that another thread gets the interpreter.
            return [self._suggest(request) for _ in range(20)][-1]
        finally:
            if alone:
                self._busy.release()


def test_notes_are_read_one_at_a_time():
    watching = Watching()
    suggest = InTurn(watching, threading.Lock())
    requests = [SuggestionRequest(ClinicalNote(f"Assessment: fever, day {i}.")) for i in range(24)]
    with ThreadPoolExecutor(8) as threads:
        drafts = list(threads.map(suggest, requests))
    assert len(drafts) == 24
    assert watching.met == 0


def test_a_note_that_is_refused_leaves_the_turn_to_the_next():
    turn = threading.Lock()
    suggest = InTurn(suggest_codes(max_characters=20), turn)
    with pytest.raises(NoteTooLong):
        suggest(SuggestionRequest(ClinicalNote("x" * 30)))
    assert not turn.locked()
