"""Sentences about services that were done. {x} is the service.

Written for Chartcoder from knowledge of US clinical notes.
"""

from __future__ import annotations

from collections.abc import Mapping

DONE: Mapping[str, tuple[str, ...]] = {
    "surgery": (
        "{X}",
        "{X}.",
        "{X} was performed.",
        "{X} was performed without difficulty.",
        "We proceeded with {x}.",
        "{Pt} underwent {x}.",
        "Successful {x}.",
        "{X} completed in the usual fashion.",
        "{X} done today under local.",
        "After consent and time out, {x} was carried out.",
        "{X} performed by me.",
        "Today {pt} had {x}, tolerated well.",
        "The procedure consisted of {x}.",
        "{X} done.",
        "Performed {x}.",
        "{X} was then undertaken.",
    ),
    "imaging": (
        "{X}",
        "EXAM: {X}",
        "{X}.",
        "Examination: {x}",
        "{X} performed.",
        "{X} obtained and read by me.",
        "{X} done in the office today.",
        "Study: {x}",
    ),
    "laboratory": (
        "{X} done in the office today.",
        "POC {x} today.",
        "{X} performed in clinic.",
        "{X} today: see result.",
        "{X} run here, negative.",
        "In-house {x} normal.",
        "{X} collected and resulted today.",
        "Point of care {x} obtained.",
        "{X} was positive in clinic.",
    ),
    "vaccine": (
        "{X} given today.",
        "{X} administered IM in the left deltoid.",
        "Received {x} today, VIS given.",
        "{X} given, tolerated well.",
        "Vaccines today: {x}.",
        "{X} 0.5 mL IM right deltoid.",
        "Immunized with {x}.",
    ),
    "drug": ("{X} given.", "{X} administered IM.", "Received {x} in clinic.", "{X} injected today.", "{X} given by nursing.", "{X} x1 today."),
    "service": (
        "{X}.",
        "{X} performed.",
        "{X} done today.",
        "{X} completed and documented.",
        "{X} carried out today.",
        "{X} was provided.",
        "Today: {x}.",
    ),
    "supply": ("{X} dispensed.", "{X} fitted and dispensed.", "{X} provided today.", "Given {x}."),
    "anesthesia": ("{X}.", "Anesthesia: {x}."),
}

# Words that set the level of a visit: (sentence, place of the level from 1).
LEVELS: Mapping[int, tuple[str, ...]] = {
    2: ("Straightforward medical decision making.", "MDM straightforward.", "Total time {minutes} minutes.", "Level 2 visit."),
    3: (
        "Low complexity medical decision making.",
        "MDM: low.",
        "Total time on the date of service {minutes} minutes.",
        "Level 3 visit.",
        "Low complexity MDM.",
    ),
    4: (
        "Moderate complexity medical decision making.",
        "MDM: moderate.",
        "I spent {minutes} minutes on this encounter.",
        "Level 4 visit.",
        "Moderate MDM.",
        "Total time today including chart review was {minutes} minutes.",
        "Medical decision making was of moderate complexity.",
    ),
    5: (
        "High complexity medical decision making.",
        "MDM: high.",
        "Total time {minutes} minutes including counseling and records.",
        "Level 5 visit.",
        "High MDM.",
    ),
}
MINUTES: Mapping[str, Mapping[int, tuple[int, int]]] = {
    "new": {2: (15, 29), 3: (30, 44), 4: (45, 59), 5: (60, 74)},
    "established": {2: (10, 19), 3: (20, 29), 4: (30, 39), 5: (40, 54)},
}
VISITS: Mapping[str, tuple[str, ...]] = {
    "new": (
        "New patient.",
        "New patient visit.",
        "Here to establish care.",
        "Seen for the first time in this practice.",
        "{Pt} is new to our clinic.",
        "New patient to the practice.",
    ),
    "established": (
        "Established patient.",
        "Established patient visit.",
        "Returns for follow up.",
        "Last seen here {weeks} ago.",
        "Well known to this clinic.",
        "Established patient, seen today in follow-up.",
    ),
    "consultation": (
        "Consultation requested by Dr. {name}.",
        "Thank you for asking me to see this patient.",
        "Seen in consultation at the request of Dr. {name}.",
    ),
    "emergency": ("Seen in the emergency department.", "Arrived by EMS.", "Triage level {n3}.", "Emergency department evaluation."),
    "admission": ("Admit to medicine.", "Admitted to the hospitalist service.", "Initial hospital visit.", "Will admit for inpatient care."),
    "subsequent": ("Hospital day {n}.", "Subsequent hospital day, seen on rounds.", "Daily progress."),
    "discharge": (
        "Discharge day management, {minutes} minutes.",
        "Discharged today; more than half an hour spent on discharge.",
        "Discharge took {minutes} minutes.",
    ),
}
