"""Loads a site's rules; a bad file is refused whole, with every fault named (format: docs/site-rules.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

import yaml

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import OLDEST_AGE, Setting, Sex
from app.domain.errors import DataFaults, Fault
from app.domain.finding import Severity
from app.domain.query_kind import QueryKind
from app.domain.rule_case import Expectation, RuleCase
from app.domain.site_rules import SitePattern, SiteRule, SiteRules, When
from app.domain.tabular.patterns import CodePattern
from app.terminology import rule_cases
from app.terminology import yaml_lines as y
from app.terminology.knowledge_files import procedure_ref

CodeCheck = Callable[[str], bool]
"""True for an ICD-10-CM code of the release in use, headings too."""

_ID = re.compile(r"[a-z][a-z0-9-]{2,59}")
_DIAGNOSES = re.compile(r"(?P<low>[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)(?:\.?-|-(?P<high>[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?))?")
_SERVICES = re.compile(r"(?P<low>[0-9A-V]\d{3}[0-9AFMTU])(?:-(?P<high>[0-9A-V]\d{3}[0-9AFMTU]))?|(?P<start>\d{2,4})-")
_REQUIRED = ("id", "does", "severity", "citation", "message", "when", "cases")
_WHEN = ("codes", "without", "setting", "age", "sex", "phrase", "without_phrase")
_MOST_PHRASES = 200


def load_site_rules(path: Path, *, built_in: Collection[str], switchable: Collection[str], is_code: CodeCheck) -> SiteRules:
    """The rules of a file with their cases, not yet run. Raises DataFaults with every fault of the file.

    `built_in` are the ids of all rules of Chartcoder, `switchable` of those whose severity can be switched.
    """
    log = y.FaultLog(str(path))
    if not path.is_file():
        raise DataFaults([Fault(str(path), 1, "the file is missing: CHARTCODER_SITE_RULES names it")])
    reader = _Reader(log, built_in, switchable, is_code)
    for document in y.documents(path, log):
        reader.document(document)
    if log.faults:
        raise DataFaults(sorted(log.faults))
    return SiteRules(tuple(reader.rules), reader.severities, tuple(reader.cases))


def pattern_of(text: str) -> SitePattern | None:
    """The codes that a pattern names: `E11.9`, `E11.-` (all below), `E08-E13`, `99213`, `9921-`, `99202-99215`, `J1885`. None for any other text."""
    found = _DIAGNOSES.fullmatch(text)
    if found is not None:
        return _between(CodeSystem.ICD10CM, found["low"], found["high"], below=text.endswith("-"))
    found = _SERVICES.fullmatch(text)
    if found is None:
        return None
    if found["start"]:
        return _between(CodeSystem.CPT, found["start"], None, below=True)
    refs = [procedure_ref(code) for code in (found["low"], found["high"] or found["low"])]
    if refs[0] is None or refs[1] is None or refs[0].system is not refs[1].system:
        return None
    return _between(refs[0].system, refs[0].code, refs[1].code if found["high"] else None)


def _between(system: CodeSystem, low: str, high: str | None, *, below: bool = False) -> SitePattern | None:
    """From `low` to `high`; without `high` the one code, with all below it where `below` says so. None for a range that holds nothing."""
    first, last = low.replace(".", ""), (high or low).replace(".", "")
    form = "" if high or below else f"{first}$"
    return SitePattern(system, CodePattern(first, last, form)) if first <= last else None


class _Reader:
    """Reads the documents of one file."""

    def __init__(self, log: y.FaultLog, built_in: Collection[str], switchable: Collection[str], is_code: CodeCheck) -> None:
        self.rules: list[SiteRule] = []
        self.cases: list[RuleCase] = []
        self.severities: dict[str, Severity] = {}
        self._log, self._built_in, self._switchable, self._is_code = log, built_in, switchable, is_code
        self._seen: dict[str, int] = {}

    def document(self, node: yaml.Node) -> None:
        """Severities to switch and rules to add; at least one of the two."""
        parts = y.fields(node, self._log, "the file", optional=("severities", "rules"))
        if isinstance(node, yaml.MappingNode) and not parts:
            self._log.add(node, "the file has neither 'severities' nor 'rules'")
        for rule, key, value in y.pairs(parts["severities"], self._log, "severities") if "severities" in parts else ():
            self._switch(rule, key, value)
        if "rules" in parts:
            listed = parts["rules"]
            if not isinstance(listed, yaml.SequenceNode):
                self._log.add(listed, "rules must be a list")
            else:
                for item in listed.value:
                    self._rule(item)

    def _switch(self, rule: str, key: yaml.Node, value: yaml.Node) -> None:
        if rule not in self._built_in:
            self._log.add(key, f"severities: there is no rule {rule!r}; `chartcoder rules list` shows all")
        elif rule not in self._switchable:
            self._log.add(key, f"severities: {rule} judges single codes and has no severity to switch")
        severity = y.one_of(value, self._log, f"severities: {rule}", tuple(Severity), "")
        if severity:
            self.severities[rule] = Severity(severity)

    def _rule(self, node: yaml.Node) -> None:
        log = self._log
        parts = y.fields(node, log, "a rule", required=_REQUIRED, optional=("add", "query"))
        name = y.text(parts.get("id"), log, "id")
        if "id" in parts:
            self._check_id(name, parts["id"])
        texts = {part: y.text(parts.get(part), log, f"{name}: {part}") for part in ("does", "citation", "message")}
        query = y.one_of(parts.get("query"), log, f"{name}: query", tuple(QueryKind), "")
        rule = SiteRule(
            name,
            does=texts["does"],
            severity=Severity(y.one_of(parts.get("severity"), log, f"{name}: severity", tuple(Severity), Severity.INFO)),
            citation=texts["citation"],
            message=texts["message"],
            when=self._when(parts.get("when"), name),
            add=self._additions(parts.get("add"), name),
            query=QueryKind(query) if query else None,
        )
        cases = tuple(rule_cases.cases(parts.get("cases"), log, name))
        for expected in Expectation:
            if "cases" in parts and not any(case.expect is expected for case in cases):
                log.add(parts["cases"], f"{name}: needs at least one case with 'expect: {expected}'")
        self.rules.append(rule)
        self.cases += cases

    def _check_id(self, name: str, node: yaml.Node) -> None:
        if not _ID.fullmatch(name):
            self._log.add(node, f"id {name!r} must be 3 to 60 small letters, digits and hyphens, a letter first")
        elif name in self._built_in:
            self._log.add(node, f"id {name} is a rule of Chartcoder: choose another, or switch its severity")
        elif name in self._seen:
            self._log.add(node, f"id {name} stands twice, first in line {self._seen[name]}")
        self._seen.setdefault(name, node.start_mark.line + 1)

    def _when(self, node: yaml.Node | None, name: str) -> When:
        if node is None:
            return When()
        log = self._log
        parts = y.fields(node, log, f"{name}: when", optional=_WHEN)
        settings = y.texts(parts.get("setting"), log, f"{name}: setting")
        for setting, place in settings:
            y.one_of(place, log, f"{name}: setting", tuple(Setting), setting)
        age = y.fields(parts["age"], log, f"{name}: age", optional=("from", "to")) if "age" in parts else {}
        low = y.whole_number(age.get("from"), log, f"{name}: age from", low=0, high=OLDEST_AGE)
        high = y.whole_number(age.get("to"), log, f"{name}: age to", low=0, high=OLDEST_AGE)
        sex = y.one_of(parts.get("sex"), log, f"{name}: sex", (Sex.FEMALE, Sex.MALE), "")
        when = When(
            self._patterns(parts.get("codes"), f"{name}: codes"),
            self._patterns(parts.get("without"), f"{name}: without"),
            frozenset(Setting(s) for s, _ in settings if s in set(Setting)),
            0 if low is None else low,
            OLDEST_AGE if high is None else high,
            Sex(sex) if sex else None,
            self._phrases(parts.get("phrase"), f"{name}: phrase"),
            self._phrases(parts.get("without_phrase"), f"{name}: without_phrase"),
        )
        if when.age_from > when.age_to:
            log.add(parts["age"], f"{name}: age from {when.age_from} to {when.age_to} holds nobody")
        if not {"codes", "phrase"} & parts.keys():
            log.add(node, f"{name}: when needs 'codes' or 'phrase', else it would speak on every claim")
        return when

    def _patterns(self, node: yaml.Node | None, what: str) -> tuple[SitePattern, ...]:
        found = []
        for text, place in y.texts(node, self._log, what):
            pattern = pattern_of(text)
            ends = re.findall(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?", text) if pattern is not None and pattern.system is CodeSystem.ICD10CM else []
            unknown = [code for code in ends if not self._is_code(code)]
            if pattern is None:
                self._log.add(place, f"{what}: {text!r} is not a pattern as E11.9, E11.-, E08-E13, 99213, 9921-, 99202-99215 or J1885")
            elif unknown:
                self._log.add(place, f"{what}: {unknown[0]} is not in the ICD-10-CM release in use")
            else:
                found.append(pattern)
        return tuple(found)

    def _phrases(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        found = y.texts(node, self._log, what)
        for phrase, place in found:
            if len(phrase) > _MOST_PHRASES or not re.search(r"\w", phrase):
                self._log.add(place, f"{what}: a phrase is 1 to {_MOST_PHRASES} characters with a letter or digit")
        return tuple(phrase for phrase, _ in found)

    def _additions(self, node: yaml.Node | None, name: str) -> tuple[CodeRef, ...]:
        found = rule_cases.codes(node, self._log, f"{name}: add")
        for code in found:
            if node is not None and code.ref.system is CodeSystem.ICD10CM and not self._is_code(code.ref.code):
                self._log.add(node, f"{name}: add: {code.ref.code} is not in the ICD-10-CM release in use")
        return tuple(code.ref for code in found)
