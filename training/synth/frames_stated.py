"""Sentences that state something of the patient. {x} {y} {z} are what is stated; other names are filled by `fillers`.

Written for Chartcoder from knowledge of US clinical notes.
"""

from __future__ import annotations

from collections.abc import Mapping

from training.synth.kinds import Kind

# In an assessment, impression or list of diagnoses.
ADDRESSED: Mapping[Kind, tuple[str, ...]] = {
    Kind.DISEASE: (
        "{x}", "{x}.", "{x}.", "{x}: continue {drug} {dose}.", "{x} - stable.", "{x}, stable on current regimen.", "{x}, not at goal. Increase {drug}.",
        "{x} - improving.", "{x}, worsening.", "{x}. Will continue present management.", "{x}. Labs reviewed, no change.", "{x}, symptomatic.",
        "{x} - doing well on {drug}, refilled today.", "{x}. Start {drug} {dose}.", "{x}. Trial of {drug}, recheck in {weeks}.",
        "{x}: discussed options, {pt} prefers to continue {drug}.", "{x}. Counseled at length.", "{x} - control is fair.", "{x}, clinically stable.",
        "{x}. Referral placed.", "{x}; follow up {weeks}.", "{x} - needs better adherence.", "{x}, chronic, unchanged.", "{x}. Monitor.",
        "{Pt} has {x}, which is managed with {drug}.", "{x} with recent flare, treated with {drug}.", "{x} confirmed on today's evaluation.",
        "This is consistent with the known {x}.", "Findings establish a diagnosis of {x}.", "{x}, followed by the specialist.",
        "{x}. Reviewed with {pt} and family.", "{x} remains active.", "My diagnosis is {x}.", "Clinically this is {x}.", "{x}. Supportive care.",
        "{x} - on {drug}, tolerating it.", "{x}, at goal.", "{x}: recheck labs in {weeks}.", "{x} (since {year}).", "{x}. Pathophysiology explained.",
        "{X}. Symptoms controlled with {drug}.", "For {x} we will titrate {drug}.", "{x} is the main problem today.", "As for {x}, no change in therapy.",
        "Regarding {x}: continue {drug}.", "{x} ongoing.", "Ongoing management of {x}.", "We addressed {x} today.", "{x} likely to need long-term treatment.",
    ),
    Kind.CANCER: (
        "{x}", "{x}.", "{x}, on treatment.", "{x} - continue current cycle.", "{x}. Tolerating chemotherapy.", "{x}, biopsy proven.",
        "{x}. Restaging scans in {weeks}.", "{x}, to see radiation oncology.", "Biopsy showed {x}.", "{x} - case presented at tumor board.",
        "{Pt} is under active treatment for {x}.", "{x}. Margins discussed.", "Pathology confirms {x}.", "{x}, progressing.",
    ),
    Kind.SYMPTOM: (
        "{x}", "{x}.", "{x}, cause not yet clear.", "{x} - workup in progress.", "{x}, improved after treatment.", "{x}. Labs ordered.",
        "{x}, unclear etiology.", "{x}. Supportive care and return precautions.", "{x}, will obtain imaging.", "{x} - resolved in the department after {drug}.",
        "{x}. No red flags.", "{x}, intermittent.", "Evaluation of {x}.", "{x}: keep a diary of symptoms.", "{x}. Reassurance given.",
    ),
    Kind.INJURY: (
        "{x}", "{x}.", "{x}, neurovascularly intact.", "{x}. Rest, ice, elevation.", "{x}, closed treatment.", "{x}. Splint applied.",
        "{x} - tetanus up to date.", "{x}, follow up with orthopedics in {weeks}.", "{x} sustained today.", "{x}. Wound care reviewed.",
        "Imaging shows {x}.", "{x}: activity modification.", "{x}, pain controlled.", "{x}, initial visit.", "{x}. Analgesia with {drug}.",
    ),
    Kind.CAUSE: ("{x}.", "Mechanism: {x}.", "{x} today.", "Mechanism of injury: {x}", "Happened as follows: {x}."),
    Kind.PREGNANCY: (
        "{x}", "{x}.", "{x}, fetal heart tones reassuring.", "{x}. Growth scan in {weeks}.", "{x}, followed with MFM.", "{x}. Kick counts reviewed.",
        "{x}: labor precautions given.", "{x}, managed expectantly.", "IUP with {x}.", "{x}. Plan reviewed with {pt}.",
    ),
    Kind.NEWBORN: ("{x}", "{x}.", "{x}, monitored in the nursery.", "{x}. Feeding well.", "{x} - resolved before discharge.", "Infant with {x}.", "{x}, NICU following."),
    Kind.ENCOUNTER: ("{x}", "{x}.", "Here for {x}.", "Visit for {x}.", "{x} today.", "{x}. Age-appropriate guidance given.", "{Pt} presents for {x}.", "{x} completed."),
    Kind.STATUS: ("{x}", "{x}.", "{x}, noted.", "{x} - no new concerns.", "{x}. Continue surveillance.", "Of relevance, {x}.", "{x}, stable."),
    Kind.RELATIVES: ("{x}", "{x}.", "{x}: screening interval shortened.", "{x}. Genetic counseling offered.", "Given {x}, screening discussed."),
}  # fmt: skip

# In the story of the present illness.
TOLD: tuple[str, ...] = (
    "{Pt} reports {x} for the past {weeks}.", "{He} has had {x} since {day}.", "Complains of {x} and {y}.", "{He} notes {x}, worse at night.",
    "There is associated {x}.", "{He} also has {x}.", "Symptoms include {x}, {y} and {z}.", "{Pt} describes {x} that comes and goes.",
    "{X} began {days} ago.", "Onset of {x} was gradual.", "Positive for {x}.", "{He} endorses {x} and {y}.", "{X} has been getting worse.",
    "{He} came in because of {x}.", "{Pt} presents with {x} of {days} duration.", "Has been bothered by {x} lately.", "{X}, rated {n}/10.",
    "{X} has not improved with {drug}.", "C/o {x}.", "C/o {x} x {days}.", "Pt c/o {x}, also {y}.", "Admits to {x}.", "Continues to have {x}.",
    "{He} woke up with {x}.", "{He} tells me that {x} started after the weekend.", "Ongoing {x}.", "{He} states that {x} is about the same.",
    "He and his wife are most concerned by {x}.", "Reports {x}; no relation to meals.", "{X} is worse with activity and better with rest.",
)  # fmt: skip
INTRODUCED: tuple[str, ...] = (
    "{Age}-year-old {man} with a history of {x} and {y} who presents with {z}.", "This is a {age} y/o {man} with {x} here for follow up.",
    "{Age} yo {sex} w/ PMH of {x}, {y} p/w {z}.", "{Pt} is a {age} year old {man} seen today for {x}.", "The patient is a {age}-year-old {man} with known {x}.",
    "{Age} {sex} with {x}, {y}, {z}.", "I had the pleasure of seeing this {age}-year-old {man} for {x}.", "{Pt} returns for {x}.",
    "{Age}-year-old {man}, known to us for {x} and {y}.", "This {age}-year-old {man} was referred for evaluation of {x}.", "Seen in follow up of {x} and {y}.",
    "A {age}-year-old {man} presented with {x}.", "We report a {age}-year-old {man} with {x} and {y}.", "A {age}-year-old {man} with {x} was admitted because of {y}.",
)  # fmt: skip
COURSE: tuple[str, ...] = (
    "{Pt} was admitted with {x} and treated with {drug}.", "{X}: improved on {drug}.", "{He} developed {x} on hospital day {n}, managed conservatively.",
    "Hospital course was complicated by {x}.", "{X} was managed with {drug} with good response.", "{Pt} was found to have {x}.", "Imaging revealed {x}.",
    "Workup confirmed {x}.", "{X} resolved prior to discharge.", "{He} was also noted to have {x}, for which {drug} was started.",
    "For {x} home {drug} was continued.", "The team treated {x} with {drug}; course uneventful.", "Examination disclosed {x}.",
    "A diagnosis of {x} was made.", "Histology confirmed {x}.", "Laboratory tests were in keeping with {x}, and treatment was begun.",
    "At {days} there was {x}, which settled.", "The patient subsequently developed {x}.", "CT showed {x}.", "MRI demonstrated {x}.", "{X} was observed.",
)  # fmt: skip
# In a list of what the patient has or has had; no end of sentence.
LISTED: tuple[str, ...] = (
    "{x}", "{x}", "{x}", "{x}", "{x}", "{x} ({year})", "{x} dx {year}", "{x} since {year}", "{x}, on {drug}", "{x} - stable", "{x}, diet controlled", "hx of {x}",
    "{x} diagnosed {years} ago", "{x}, followed elsewhere", "known {x}", "{x} (chronic)",
)
PRESENT_STATUS: tuple[str, ...] = (
    "{x}", "{x}.", "{x} since {year}.", "{Pt}: {x}.", "{x}, unchanged.", "Chart shows {x}.", "{X} on file.", "Also {x}.", "Significant for {x}.",
)
HAPPENED: tuple[str, ...] = (
    "{X}.", "{Pt} states {x} earlier today.", "{x} at about {time}.", "Mechanism: {x}.", "{He} says: {x}.", "{X} {day}.", "Injury occurred when {pt}: {x}.",
    "Reported mechanism {x}.", "MOI: {x}", "Brought in after {x}.", "{X}, no loss of consciousness.",
)
READ: tuple[str, ...] = (
    "{X}.", "Findings are consistent with {x}.", "There is {x}.", "{X}, unchanged from prior.", "{X} is seen.", "Appearance is that of {x}.", "Evidence of {x}.",
    "{X}. Clinical correlation recommended.", "New {x}.", "Interval development of {x}.", "Redemonstrated {x}.", "{X}, as above.", "1. {X}.", "Study shows {x}.",
)
