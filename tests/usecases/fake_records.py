"""What the store keeps, in memory: transactions by copying dictionaries of frozen values."""

from __future__ import annotations

import copy
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from app.domain.access_errors import InvalidPerson, PersonNotFound
from app.domain.audit import FIRST, AuditEntry, AuditEvent, chained
from app.domain.audits.errors import SampleNotFound
from app.domain.audits.item import AuditedChart, AuditItem, ItemState
from app.domain.audits.judgement import Mark, Tally
from app.domain.audits.sample import ChartRule, Sample, SampleKind
from app.domain.automation.certificate import Certificate, CodeSlice
from app.domain.automation.errors import CertificateNotFound
from app.domain.automation.switch import AutoFinalization, Switch
from app.domain.chart import Chart, ChartStatus
from app.domain.chart_event import ChartEvent, Delivery, Webhook
from app.domain.code import CodeRef, CodeSystem
from app.domain.coding import Origin
from app.domain.drift import Measure
from app.domain.encounter import Setting
from app.domain.errors import ChartNotFound, StaleWrite
from app.domain.note_profile import Profile, together
from app.domain.outcome import ChartOutcome, outcome_of
from app.domain.people import AUTOMATION, ApiKey, Session, User
from app.domain.review import Reject
from app.domain.site_phrases import SitePhrase, SitePhraseNotFound
from app.usecases.records.audits import Drawable, ItemSummary, SampleProgress
from app.usecases.records.charts import NOBODY, ChartSummary, Order, Position, Receipt, WorklistFilter
from app.usecases.records.profiles import Alarm, Window
from tests.usecases.fake_figures import FakeFigures

NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass
class Kept:
    charts: dict[str, Chart] = field(default_factory=dict)
    receipts: dict[tuple[str, str], Receipt] = field(default_factory=dict)
    audit: list[AuditEvent] = field(default_factory=list)
    events: list[ChartEvent] = field(default_factory=list)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    deliveries: dict[int, tuple[str, int, int, str, datetime | None]] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    site_phrases: dict[str, SitePhrase] = field(default_factory=dict)
    samples: dict[str, Sample] = field(default_factory=dict)
    items: dict[tuple[str, int], tuple[AuditItem, tuple[Mark, ...], Tally | None]] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    switches: dict[CodeSlice, Switch] = field(default_factory=dict)
    automatic: list[AutoFinalization] = field(default_factory=list)
    profiles: list[tuple[str, datetime, Setting, str, Profile]] = field(default_factory=list)
    alarms: dict[tuple[str, Measure, CodeSystem | None], Alarm] = field(default_factory=dict)


class FakeCharts:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, chart: Chart) -> None:
        assert chart.id not in self._kept.charts
        self._kept.charts[chart.id] = chart

    def get(self, chart_id: str, *, to_change: bool = False) -> Chart:
        if chart_id not in self._kept.charts:
            raise ChartNotFound
        return self._kept.charts[chart_id]

    def save(self, before: Chart, after: Chart) -> Chart:
        if self.get(before.id).revision != before.revision:
            raise StaleWrite
        self._kept.charts[before.id] = replace(after, revision=before.revision + 1)
        return self._kept.charts[before.id]

    def page(self, wanted: WorklistFilter, order: Order, *, after: Position | None, limit: int) -> list[ChartSummary]:
        rows = [_summary(c) for c in self._kept.charts.values() if _wanted(c, wanted)]
        if order is Order.PRIORITY:
            rows.sort(key=lambda r: (r.priority, r.id), reverse=True)
            rows = [r for r in rows if after is None or (r.priority, r.id) < (after.value, after.id)]
        else:
            rows.sort(key=lambda r: (r.received_at, r.id))
            rows = [r for r in rows if after is None or (r.received_at, r.id) > (after.value, after.id)]
        return rows[:limit]

    def counts(self, wanted: WorklistFilter) -> Mapping[ChartStatus, int]:
        found: dict[ChartStatus, int] = {}
        for chart in self._kept.charts.values():
            if _wanted(chart, wanted):
                found[chart.status] = found.get(chart.status, 0) + 1
        return found

    def times_finalized(self, refs: Collection[CodeRef]) -> Mapping[CodeRef, int]:
        held = [line.ref for c in self._kept.charts.values() for done in c.finalized for line in done.lines]
        return {ref: held.count(ref) for ref in refs if ref in held}

    def finalized_ids(self, *, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        done = [(c.finalized[-1].at, c.id) for c in self._kept.charts.values() if c.status is ChartStatus.FINALIZED]
        kept = [(at, name) for at, name in done if (since is None or at >= since) and (until is None or at < until)]
        return [name for at, name in sorted(kept, key=lambda pair: (-pair[0].timestamp(), pair[1]))]

    def to_purge(self, received_before: datetime) -> list[str]:
        return sorted(
            c.id
            for c in self._kept.charts.values()
            if c.status is ChartStatus.FINALIZED and c.received_at < received_before and any(n.text is not None for n in c.notes)
        )

    def erase_texts(self, chart_id: str) -> int:
        chart = self.get(chart_id)
        erased = sum(n.text is not None for n in chart.notes)
        self._kept.charts[chart_id] = replace(
            chart,
            revision=chart.revision + 1,
            patient="",
            notes=tuple(replace(n, text=None) for n in chart.notes),
            queries=tuple(replace(q, title="", question="", options=(), answer="") for q in chart.queries),
            decisions=tuple(replace(d, verdict=replace(d.verdict, comment="")) if isinstance(d.verdict, Reject) else d for d in chart.decisions),
        )
        for key, (item, marks, counts) in self._kept.items.items():
            if item.chart_id == chart_id:
                self._kept.items[key] = (_erased(item), marks, counts)
        return erased


class FakeAudits:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def drawable(self, rule: ChartRule, *, at: datetime, not_by: str, unaudited: bool) -> list[Drawable]:
        found = []
        for chart in sorted(self._kept.charts.values(), key=lambda c: c.id):
            before = [d for d in chart.finalized if d.at < at]
            if not before or any(r.version > before[-1].version and r.at < at for r in chart.reopenings):
                continue
            done = before[-1]
            drawn = any(
                i.chart_id == chart.id and i.version == done.version and self._kept.samples[i.sample_id].drawn_at < at
                for i, _, _ in self._kept.items.values()
            )
            if done.by != not_by and _as_ruled(rule, outcome_of(chart, done)) and not (unaudited and drawn):
                found.append(Drawable(chart.id, done.version, done.by))
        return found

    def add(self, sample: Sample, items: Sequence[AuditItem]) -> bool:
        if self.exists(sample.id):
            return False
        self._kept.samples[sample.id] = sample
        self._kept.items.update({(i.sample_id, i.number): (i, (), None) for i in items})
        return True

    def exists(self, sample_id: str) -> bool:
        return sample_id in self._kept.samples

    def waiting(self) -> Mapping[str, int]:
        return Counter(i.auditor for i, _, _ in self._kept.items.values() if i.judgement is None)

    def get(self, sample_id: str) -> SampleProgress:
        if sample_id not in self._kept.samples:
            raise SampleNotFound
        states: dict[ItemState, int] = {}
        codes = agreed = 0
        for item, marks, _ in self._kept.items.values():
            if item.sample_id == sample_id:
                states[item.state] = states.get(item.state, 0) + 1
                codes, agreed = codes + len(marks), agreed + sum(m.agreed for m in marks)
        return SampleProgress(self._kept.samples[sample_id], states, codes, agreed)

    def samples(self, *, auditor: str | None, limit: int, before: datetime | None = None) -> list[SampleProgress]:
        found = [s for s in self._kept.samples.values() if auditor in (None, s.auditor) and (before is None or s.drawn_at < before)]
        return [self.get(s.id) for s in sorted(found, key=lambda s: (-s.drawn_at.timestamp(), s.id))[:limit]]

    def items(self, sample_id: str) -> list[ItemSummary]:
        return [self._summary(i, m) for (sample, _), (i, m, _) in sorted(self._kept.items.items()) if sample == sample_id]

    def items_of(self, coder: str, states: frozenset[ItemState], *, limit: int) -> list[ItemSummary]:
        found = [self._summary(i, m) for i, m, _ in self._kept.items.values() if i.coder == coder and i.state in states and i.judgements]
        return sorted(found, key=lambda s: (-s.judged_at.timestamp(), s.sample_id, s.number))[:limit]

    def item(self, sample_id: str, number: int, *, to_change: bool = False) -> AuditItem:
        if (sample_id, number) not in self._kept.items:
            raise SampleNotFound
        return self._kept.items[sample_id, number][0]

    def save(self, before: AuditItem, after: AuditItem, marks: Sequence[Mark] = (), counts: Tally | None = None) -> AuditItem:
        if self.item(before.sample_id, before.number).revision != before.revision:
            raise StaleWrite
        kept = replace(after, revision=before.revision + 1)
        self._kept.items[before.sample_id, before.number] = (kept, tuple(marks), counts)
        return kept

    def blind_for(self, auditor: str, chart_id: str) -> bool:
        return any(i.chart_id == chart_id and i.auditor == auditor and i.hidden for i, _, _ in self._kept.items.values())

    def blind_among(self, auditor: str, chart_ids: Collection[str]) -> set[str]:
        return {chart_id for chart_id in chart_ids if self.blind_for(auditor, chart_id)}

    def judged_since(self, since: datetime | None) -> int:
        found = self.judgements(random_only=True)
        return sum(since is None or j.judged_at > since for j in found)

    def judgements(self, *, random_only: bool = False, since: datetime | None = None) -> list[AuditedChart]:
        last = {}
        for i, _, _ in sorted(self._kept.items.values(), key=lambda p: (p[0].judgement.at if p[0].judgement else NEVER, p[0].sample_id, p[0].number)):
            done, sample = i.judgement, self._kept.samples[i.sample_id]
            if done is None or (random_only and i.kind is not SampleKind.RANDOM) or (since is not None and done.at < since):
                continue
            size = sum(other == i.sample_id for other, _ in self._kept.items)
            last[i.chart_id, i.version] = AuditedChart(
                *(i.sample_id, i.number, i.kind, i.chart_id, i.version, i.coder, i.auditor, i.blind, done.at, done.lines, done.errors),
                *(i.state is ItemState.DISPUTED, sample.drawn_at, sample.population, size),
            )
        return list(last.values())

    def _summary(self, i: AuditItem, marks: Sequence[Mark]) -> ItemSummary:
        at = None if i.judgement is None else i.judgement.at
        counted = (None, None) if at is None else (len(marks), sum(m.agreed for m in marks))
        external_id = self._kept.charts[i.chart_id].external_id
        return ItemSummary(i.sample_id, i.number, i.chart_id, external_id, i.version, i.coder, i.auditor, i.blind, i.state, at, *counted)


def _erased(item: AuditItem) -> AuditItem:
    judgements = tuple(replace(j, comment="", errors=tuple(replace(e, comment="") for e in j.errors)) for j in item.judgements)
    return replace(item, judgements=judgements, replies=tuple(replace(r, comment="") for r in item.replies))


def _as_ruled(rule: ChartRule, it: ChartOutcome) -> bool:
    least, most = rule.confidences()
    return (
        (rule.coder in (None, it.by))
        and (not rule.settings or it.setting in rule.settings)
        and (rule.overridden in (None, it.overridden))
        and (rule.bundle in (None, it.bundle))
        and (rule.finalized_from is None or it.at >= rule.finalized_from)
        and (rule.finalized_before is None or it.at < rule.finalized_before)
        and (
            not (rule.code or rule.by_confidence)
            or any(
                c.billed
                and c.ref.code.startswith(rule.code)
                and (not rule.by_confidence or least <= (-1 if c.confidence is None else c.confidence) <= most)
                for c in it.codes
            )
        )
    )


class FakeReceipts:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def put(self, receipt: Receipt) -> Receipt:
        return self._kept.receipts.setdefault((receipt.actor, receipt.key), receipt)

    def find(self, actor: str, key: str) -> Receipt | None:
        return self._kept.receipts.get((actor, key))


class FakeAudit:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, entry: AuditEntry) -> None:
        trail = self._kept.audit
        trail.append(chained(entry, sequence=len(trail) + 1, previous=trail[-1].hash if trail else FIRST))

    def events(self, *, subject: str | None = None) -> Iterator[AuditEvent]:
        return (e for e in list(self._kept.audit) if subject in (None, e.subject))


class FakeWebhooks:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, webhook: Webhook) -> None:
        self._kept.webhooks[webhook.id] = webhook

    def all(self) -> list[Webhook]:
        return sorted((w for w in self._kept.webhooks.values() if w.active), key=lambda w: (w.created, w.id))

    def remove(self, webhook_id: str) -> None:
        if webhook_id not in {w.id for w in self.all()}:
            raise PersonNotFound("There is no webhook of this id")
        self._kept.webhooks[webhook_id] = replace(self._kept.webhooks[webhook_id], active=False)
        for key, (hook, event, attempts, state, _) in self._kept.deliveries.items():
            if hook == webhook_id and state == "pending":
                self._kept.deliveries[key] = (hook, event, attempts, "failed", None)

    def take_due(self, now: datetime, *, limit: int, lease_seconds: int) -> list[Delivery]:
        due = [(at, key) for key, (_, _, _, state, at) in self._kept.deliveries.items() if state == "pending" and at is not None and at <= now]
        taken = []
        for _, key in sorted(due)[:limit]:
            hook, event, attempts, state, _ = self._kept.deliveries[key]
            self._kept.deliveries[key] = (hook, event, attempts + 1, state, now + timedelta(seconds=lease_seconds))
            taken.append(Delivery(key, self._kept.webhooks[hook], self._kept.events[event - 1], attempts + 1))
        return taken

    def settle(self, delivery: Delivery, *, delivered: bool, next_at: datetime | None) -> None:
        hook, event, attempts, _, _ = self._kept.deliveries[delivery.id]
        state = "delivered" if delivered else "failed" if next_at is None else "pending"
        self._kept.deliveries[delivery.id] = (hook, event, attempts, state, next_at)


class FakeFeed:
    def __init__(self, kept: Kept, hooks: FakeWebhooks) -> None:
        self._kept, self._hooks = kept, hooks

    def add(self, event: ChartEvent) -> None:
        placed = replace(event, sequence=len(self._kept.events) + 1)
        self._kept.events.append(placed)
        for hook in self._hooks.all():
            if hook.wants(placed):
                self._kept.deliveries[len(self._kept.deliveries) + 1] = (hook.id, placed.sequence, 0, "pending", placed.at)

    def after(self, sequence: int, *, limit: int, sources: Collection[str] | None = None) -> list[ChartEvent]:
        return [e for e in self._kept.events if e.sequence > sequence and (sources is None or e.source in sources)][:limit]


class FakeUsers:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, user: User) -> None:
        if self.named(user.name) is not None:
            raise InvalidPerson("There is a user of this name already")
        self._kept.users[user.id] = user

    def get(self, user_id: str) -> User:
        if user_id not in self._kept.users:
            raise PersonNotFound("There is no such user")
        return self._kept.users[user_id]

    def named(self, name: str, *, to_change: bool = False) -> User | None:
        return next((u for u in self._kept.users.values() if u.name.casefold() == name.casefold()), None)

    def of_subject(self, subject: str, *, to_change: bool = False) -> User | None:
        return next((u for u in self._kept.users.values() if subject and u.subject == subject), None)

    def save(self, user: User) -> None:
        self._kept.users[user.id] = user

    def all(self) -> list[User]:
        return sorted(self._kept.users.values(), key=lambda u: u.name.casefold())


class FakeSessions:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, session: Session) -> None:
        self._kept.sessions[session.digest] = session

    def get(self, digest: str) -> Session | None:
        return self._kept.sessions.get(digest)

    def touch(self, digest: str, seen: float) -> None:
        self._kept.sessions[digest] = replace(self._kept.sessions[digest], seen=seen)

    def remove(self, digest: str) -> None:
        self._kept.sessions.pop(digest, None)

    def of(self, user_id: str) -> list[Session]:
        mine = [s for s in self._kept.sessions.values() if s.user_id == user_id]
        return sorted(mine, key=lambda s: (-s.seen, s.digest))

    def remove_of(self, user_id: str, *, but: str = "") -> None:
        for digest in [d for d, s in self._kept.sessions.items() if s.user_id == user_id and d != but]:
            del self._kept.sessions[digest]


class FakeKeys:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, key: ApiKey) -> None:
        if key.name in {k.name for k in self._kept.keys.values()}:
            raise InvalidPerson("There is a key of this name already")
        self._kept.keys[key.id] = key

    def get(self, key_id: str) -> ApiKey | None:
        return self._kept.keys.get(key_id)

    def revoke(self, key_id: str, at: float) -> None:
        if key_id not in self._kept.keys:
            raise PersonNotFound("There is no key of this id")
        self._kept.keys[key_id] = replace(self._kept.keys[key_id], revoked=at)

    def all(self) -> list[ApiKey]:
        return sorted(self._kept.keys.values(), key=lambda k: k.name)


class FakeCertificates:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, certificate: Certificate) -> None:
        self._kept.certificates[certificate.id] = certificate

    def get(self, certificate_id: str, *, to_change: bool = False) -> Certificate:
        if certificate_id not in self._kept.certificates:
            raise CertificateNotFound
        return self._kept.certificates[certificate_id]

    def end(self, certificate: Certificate) -> None:
        self._kept.certificates[certificate.id] = certificate

    def all(self) -> list[Certificate]:
        return sorted(self._kept.certificates.values(), key=lambda c: (-c.issued.timestamp(), c.id))

    def standing(self) -> list[Certificate]:
        return [c for c in self.all() if c.revoked is None]


class FakeAutomation:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def put(self, switch: Switch) -> None:
        self._kept.switches[switch.slice] = switch

    def switches(self) -> list[Switch]:
        return [self._kept.switches[s] for s in sorted(self._kept.switches)]

    def record(self, done: AutoFinalization) -> None:
        self._kept.automatic.append(done)

    def done_under(self, certificate_id: str, *, sampled_only: bool = False) -> list[AutoFinalization]:
        found = [d for d in self._kept.automatic if d.certificate == certificate_id and (d.sampled or not sampled_only)]
        return sorted(found, key=lambda d: (d.at, d.chart_id, d.version))

    def drawn(self) -> list[str]:
        in_samples = {(i.chart_id, i.version) for i, _, _ in self._kept.items.values()}
        standing = {(c.id, c.version) for c in self._kept.charts.values() if c.status is ChartStatus.FINALIZED}
        drawn = {(d.chart_id, d.version) for d in self._kept.automatic if d.sampled}
        return sorted(chart_id for chart_id, _ in drawn & standing - in_samples)

    def counts(self, certificate_ids: Collection[str]) -> Mapping[str, tuple[int, int]]:
        under = {name: self.done_under(name) for name in certificate_ids}
        return {name: (len(done), sum(d.sampled for d in done)) for name, done in under.items() if done}


class FakeProfiles:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, chart_id: str, note: int, version: int, *, at: datetime, setting: Setting, bundle_id: str, profile: Profile) -> None:
        self._kept.profiles.append((chart_id, at, setting, bundle_id, profile))

    def within(self, window: Window) -> Profile:
        found = [
            profile
            for _, at, setting, bundle_id, profile in self._kept.profiles
            if bundle_id == window.bundle_id and window.begin <= at < window.end and window.setting in (None, setting)
        ]
        for chart in self._kept.charts.values():
            if chart.random_slice and chart.finalized:
                o = outcome_of(chart, chart.finalized[-1])
                ours = o.bundle == window.bundle_id and o.by != AUTOMATION.id and window.setting in (None, o.setting)
                if ours and window.begin <= o.at < window.end:
                    suggested = [c for c in o.codes if c.origin is Origin.SUGGESTED]
                    found.append(Profile(decided=1, suggested=len(suggested), kept=sum(c.billed for c in suggested)))
        return together(found)

    def alarms(self, bundle_id: str) -> list[Alarm]:
        return [alarm for (name, _, _), alarm in sorted(self._kept.alarms.items(), key=lambda kv: str(kv[0])) if name == bundle_id]

    def raise_alarm(self, bundle_id: str, alarm: Alarm) -> None:
        self._kept.alarms[bundle_id, alarm.measure, alarm.system] = alarm

    def end_alarm(self, bundle_id: str, alarm: Alarm) -> None:
        del self._kept.alarms[bundle_id, alarm.measure, alarm.system]


class FakeSitePhrases:
    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def add(self, phrase: SitePhrase) -> None:
        self._kept.site_phrases[phrase.id] = phrase

    def get(self, phrase_id: str) -> SitePhrase:
        if phrase_id not in self._kept.site_phrases:
            raise SitePhraseNotFound
        return self._kept.site_phrases[phrase_id]

    def all(self) -> list[SitePhrase]:
        return sorted(self._kept.site_phrases.values(), key=lambda p: (p.at, p.id))

    def remove(self, phrase_id: str) -> None:
        self.get(phrase_id)
        del self._kept.site_phrases[phrase_id]

    def count(self, phrase_id: str, *, right: bool, said: datetime) -> None:
        known = self._kept.site_phrases.get(phrase_id)
        if known is not None:
            self._kept.site_phrases[phrase_id] = replace(
                known, right=known.right + right, wrong=known.wrong + (not right), said=max(said, known.said or said)
            )

    def stamp(self) -> str:
        return repr(self.all())


class FakeUnitOfWork:
    def __init__(self, kept: Kept) -> None:
        self.site_phrases = FakeSitePhrases(kept)
        self.audits = FakeAudits(kept)
        self.figures = FakeFigures(kept)
        self.charts, self.receipts, self.audit = FakeCharts(kept), FakeReceipts(kept), FakeAudit(kept)
        self.webhooks = FakeWebhooks(kept)
        self.events = FakeFeed(kept, self.webhooks)
        self.users, self.sessions, self.keys = FakeUsers(kept), FakeSessions(kept), FakeKeys(kept)
        self.certificates, self.automation = FakeCertificates(kept), FakeAutomation(kept)
        self.profiles = FakeProfiles(kept)


class FakeWork:
    def __init__(self) -> None:
        self._kept = Kept()
        self._turn = threading.Lock()

    @contextmanager
    def __call__(self) -> Iterator[FakeUnitOfWork]:
        with self._turn:
            changed = Kept(**{name: copy.copy(value) for name, value in vars(self._kept).items()})
            yield FakeUnitOfWork(changed)
            self._kept = changed


def _wanted(c: Chart, f: WorklistFilter) -> bool:
    return (
        (not f.statuses or c.status in f.statuses)
        and (not f.settings or c.encounter.setting in f.settings)
        and (f.assignee is None or c.assignee == (None if f.assignee == NOBODY else f.assignee))
        and (f.source is None or c.source == f.source)
        and (f.visible_to is None or c.assignee in (None, f.visible_to))
        and (f.received_before is None or c.received_at < f.received_before)
        and (f.received_from is None or c.received_at >= f.received_from)
        and (f.min_priority is None or c.priority >= f.min_priority)
        and (f.external_id is None or c.external_id == f.external_id)
    )


def _summary(c: Chart) -> ChartSummary:
    by, until = (None, None) if c.claim is None else (c.claim.by, c.claim.until)
    setting = c.encounter.setting
    return ChartSummary(
        c.id,
        c.external_id,
        c.received_at,
        setting,
        c.status,
        c.priority,
        c.random_slice,
        c.version,
        c.revision,
        c.assignee,
        by,
        until,
        c.priority_reasons,
    )
