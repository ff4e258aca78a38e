"""The review as one thing to hand around."""

from __future__ import annotations

from dataclasses import dataclass

from app.usecases.audits.draw import DrawSamples
from app.usecases.audits.judge import JudgeCharts
from app.usecases.automation.audit import SendToAudit
from app.usecases.automation.certify import CertifyModels
from app.usecases.automation.finalize import FinalizeWithoutPerson
from app.usecases.automation.manage import ManageAutomation
from app.usecases.automation.standing import MarkingSuggestions, StandingCertificates
from app.usecases.automation.watch import WatchCertificates
from app.usecases.charts.assign import AssignCharts
from app.usecases.charts.basis import Outline, ShowBasis
from app.usecases.charts.desk import Desk
from app.usecases.charts.feed import Caller, DeliverEvents, ReadFeed
from app.usecases.charts.finalize import ClaimChecker, FinalizeChart
from app.usecases.charts.offers import OfferCodes, Searching
from app.usecases.charts.query import QueryLinter, QueryOnChart
from app.usecases.charts.review import CodeFinder, ReviewChart
from app.usecases.charts.submit import SubmitNotes, Suggesting
from app.usecases.charts.worklist import ListWorklist
from app.usecases.dashboards.show import ShowFigures
from app.usecases.drift.watch import WatchDrift
from app.usecases.feedback.remember import PhraseTools, RememberPhrases
from app.usecases.models.registry import Models
from app.usecases.models.shelf import Shelf
from app.usecases.models.training import TrainModels
from app.usecases.people.accounts import Accounts
from app.usecases.people.federation import AdmitPeople
from app.usecases.people.sign_in import Passwords, SignIn
from app.usecases.records.unit_of_work import Clock, Work


@dataclass(frozen=True, slots=True)
class Workflow:
    """Every use case of the review. Safe to share between threads."""

    sign_in: SignIn
    accounts: Accounts
    admit: AdmitPeople
    submit: SubmitNotes
    worklist: ListWorklist
    basis: ShowBasis
    offers: OfferCodes
    review: ReviewChart
    query: QueryOnChart
    finalize: FinalizeChart
    assign: AssignCharts
    samples: DrawSamples
    judge: JudgeCharts
    figures: ShowFigures
    phrases: RememberPhrases
    feed: ReadFeed
    deliver: DeliverEvents
    automation: ManageAutomation
    certificates: StandingCertificates
    watch: WatchCertificates
    drift: WatchDrift
    send_to_audit: SendToAudit
    models: Models
    training: TrainModels
    certify: CertifyModels


def workflow(
    *,
    work: Work,
    clock: Clock,
    passwords: Passwords,
    suggest: Suggesting,
    find: CodeFinder,
    search: Searching,
    lint: QueryLinter,
    outline: Outline,
    phrases: PhraseTools,
    checker: ClaimChecker,
    call: Caller,
    shelf: Shelf,
    idle_seconds: int,
    audit_share: float,
) -> Workflow:
    """The use cases over one store."""
    desk, standing = Desk(work, clock), StandingCertificates(work, clock)
    return Workflow(
        SignIn(work, clock, passwords, idle_seconds=idle_seconds),
        Accounts(work, clock, passwords),
        AdmitPeople(work, clock),
        SubmitNotes(desk, MarkingSuggestions(suggest, standing), FinalizeWithoutPerson(desk, checker, audit_share=audit_share)),
        ListWorklist(desk),
        ShowBasis(desk, outline),
        OfferCodes(desk, search, suggest),
        ReviewChart(desk, find),
        QueryOnChart(desk, lint),
        FinalizeChart(desk, checker),
        AssignCharts(desk),
        DrawSamples(desk),
        JudgeCharts(desk, find),
        ShowFigures(desk),
        RememberPhrases(desk, find, phrases),
        ReadFeed(desk),
        DeliverEvents(desk, call),
        ManageAutomation(desk),
        standing,
        WatchCertificates(desk),
        WatchDrift(desk),
        SendToAudit(desk, audit_share=audit_share),
        Models(work, clock, shelf),
        TrainModels(work, clock, shelf),
        CertifyModels(work, clock, shelf),
    )
