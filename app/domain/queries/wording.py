"""Wordings that make a query non-compliant, each with what is wrong and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Wording(NamedTuple):
    """Words that may not stand in a query."""

    check: str
    pattern: re.Pattern[str]
    message: str
    mend: str


_PAYMENT = re.compile(
    r"""\b(?: reimburs\w* | pay(?:er|or|ment)s? | paid | insur(?:ance|er|ers) | medicare | medicaid | (?:ms-?|apr-?)?drgs? | case[- ]mix | hccs?
    | risk[- ]adjust\w* | severity\ of\ illness | risk\ of\ mortality | soi | mccs? | cc/mcc | (?:a|as|an\ additional)\ cc
    | quality\ (?:score|measure|metric|indicator|rating|report|program)\w*
    | core\ measures? | star\ ratings? | hospital[- ]acquired\ conditions?
    | hacs? | psi[- ]?\d+
    | readmission\ (?:penalt|rate|measure)\w* | mortality\ (?:index|score|rate|measure|expected)\w* | length\ of\ stay | gmlos
    | denials? | audit\w* | revenue | bill(?:s|able|ed|ing)? | (?:the|this|our|a|insurance)\ claims? | claim\ (?:form|submission)s? | profit\w*
    | financ\w*(?!\ abuse) | (?:higher|better)[- ](?:paying|weighted|weight|level) | value[- ]based | pay[- ]for[- ]performance | bonus\w*
    | penalt(?:y|ies)
    | medical\ necessity | upcod\w* | charge\ capture | dollars? | prior\ authori[sz]ation | raf | cmi
    )\b | \$\d""",
    re.IGNORECASE | re.VERBOSE,
)
_ORDERED = re.compile(
    r"""\b(?:please|kindly|you\ (?:must|should|need\ to)|we\ need\ you\ to)\s+(?:also\s+)?
    (?:document|add|state|record|write|diagnose|list|include|indicate|enter|chart|use|change|amend|replace|revise|remove|delete|addend)\b
    (?!\s+(?:in|whether|which|what|if|how|where|when|why|your|any|one|further|below|more|all|
      (?:the|its|this|a|an|an?\ more|the\ most)\s+(?:\w+\s+)?(?:side|laterality|type|acuity|stage|severity|cause|etiology|site|location|diagnosis|
      diagnoses|condition|relationship|significance|detail|details|status|clarification|specificity|answer|option|choice)))""",
    re.IGNORECASE | re.VERBOSE,
)
_LEADING = re.compile(
    r"""\b(?: (?:would|do|don['\u2019]t|can|could|will)\ you\ (?:not\ )?(?:agree|concur) | (?:agree|concur)\ (?:that|with)
    | (?:isn|aren|wasn|weren|doesn|don|didn|wouldn|shouldn|couldn|hasn|haven)['\u2019]t | (?:is|would|does)\ it\ not
    | (?:should|must|needs?\ to|ought\ to|has\ to|could)\ be\ (?:documented|coded|added|listed|reported|considered|diagnosed|called|captured)
    | (?:we|i)\ (?:believe|think|feel|suspect|recommend|suggest|propose|assume) | in\ (?:our|my)\ (?:opinion|view)
    | clearly | obviously | certainly | undoubtedly | evidently | definitely | surely | of\ course
    | (?:appears?|seems?|looks?)\ (?:to\ (?:have|be|meet|support|show)|like|as\ (?:if|though))
    | (?:meets?|fulfill?s?|satisf(?:y|ies))\ (?:the\ |all\ )?(?:\w+\ )?(?:criteria|definition)
    | consistent\ with | indicative\ of | suggestive\ of | suggests? | points?\ to(?:wards?)? | (?:typical|diagnostic|characteristic)\ of
    | supports?\ (?:a|the|your)\ (?:\w+\ )?diagnosis | most\ likely | presumably
    | (?:please|kindly)\ (?:confirm|verify|validate|agree|acknowledge) | (?:can|could|would|will)\ you\ (?:please\ )?(?:confirm|verify|validate|agree)
    | (?:so\ (?:that\ )?|in\ order\ (?:that|for)\ )(?:we|i|it|coding|us)\b | for\ (?:coding|coders?) | to\ (?:be\ able\ to\ )?code\b | allows?\ us\ to
    | (?:correct|preferred|best|appropriate|desired|expected)\ (?:answer|diagnosis|option|choice|term)\ (?:is|would\ be)
    | (?:recommended|preferred|suggested|most\ likely|best)\ (?:answer|choice|option)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CODE = re.compile(r"\b(?:[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|(?i:(?:icd|code)[-\w]*:?)\s+[A-TV-Z]\d[0-9A-Z])\b")
_MARKED = re.compile(r"\*\*|__|\[\s*[xX]\s*\]|[☑☒✓✔★←➔→]|<-|\((?:recommended|preferred|suggested|most likely|best|default)\)|!", re.IGNORECASE)

WORDINGS = (
    Wording(
        "payment",
        _PAYMENT,
        "speaks of payment, quality scores or other uses of the answer",
        "leave it out: only the patient's care may be asked about",
    ),
    Wording(
        "leading",
        _ORDERED,
        "tells the physician what to write",
        "ask what applies: “please clarify ...”, with the choices below or in the physician's own words",
    ),
    Wording("leading", _LEADING, "leads to one answer", "state only what the record says, in its words, and ask what applies"),
    Wording("code", _CODE, "asks in codes", "say it in clinical words; codes are the coder's business"),
)
MARKED = Wording("marked-choice", _MARKED, "sets one choice apart from the others", "write all choices alike, none of them marked or filled in")


def found(text: str, wordings: tuple[Wording, ...] = WORDINGS) -> Iterator[tuple[Wording, int, int]]:
    """Every bad wording of a text with its place [begin, end)."""
    for wording in wordings:
        for match in wording.pattern.finditer(text):
            yield wording, match.start(), match.end()
