"""Sentences about what must not be coded: denied, suspected, past, planned, of relatives. Same slots as `frames_stated`.

Written for Chartcoder from knowledge of US clinical notes.
"""

from __future__ import annotations

DENIED: tuple[str, ...] = (
    "Denies {x}.", "Denies {x}, {y}, or {z}.", "{He} denies {x} and {y}.", "No {x}.", "No {x}, {y} or {z}.", "No {x} or {y}.", "Negative for {x}, {y}, {z}.",
    "There is no {x}.", "There is no evidence of {x}.", "No evidence of {x} or {y}.", "Without {x}.", "{Pt} has not had {x}.", "{Pt} has never had {x}.",
    "No history of {x}.", "No h/o {x}, {y}.", "Never diagnosed with {x}.", "No signs of {x}.", "No sign of {x} or {y}.", "{X} was ruled out.",
    "{X} ruled out.", "{X} has been excluded.", "Negative for {x}.", "Neg for {x}, {y}.", "-{x}, -{y}", "{x}: denies", "{x}: none", "{x} - no", "{x} (-)",
    "{He} does not have {x}.", "{Pt} doesn't have {x} or {y}.", "No complaints of {x}.", "No further {x}.", "No new {x}.", "No recurrence of {x}.",
    "Patient specifically denies {x}, {y} and {z}.", "No associated {x}.", "Absent {x}.", "Free of {x}.", "Not suffering from {x}.", "No known {x}.",
    "The {x} has not recurred.", "Imaging shows no {x}.", "CT negative for {x}.", "No CT evidence of {x}.", "Workup was negative for {x}.", "No {x} was found.",
    "Ultrasound without {x}.", "Labs argue against {x}.", "{X} is not present.", "{X} unlikely.", "I do not think this is {x}.", "Doubt {x}.",
    "No personal history of {x}.", "Nothing to suggest {x}.", "Screening for {x} negative.", "There was neither {x} nor {y}.", "No {x} noted.",
    "no reports of {x}", "Tested negative for {x}.", "Low suspicion for {x}.", "Non-tender, no {x}.", "No cervical or axillary nodes, no {x}.",
)  # fmt: skip
SUSPECTED: tuple[str, ...] = (
    "Rule out {x}.", "R/o {x}.", "r/o {x} vs {y}", "Possible {x}.", "Probable {x}.", "Suspected {x}.", "Likely {x}.", "Questionable {x}.", "? {x}", "?{x}",
    "Concern for {x}.", "Cannot exclude {x}.", "{X} cannot be excluded.", "Differential includes {x}, {y} and {z}.", "DDx: {x}, {y}, {z}.",
    "Differential diagnosis: {x} versus {y}.", "Consider {x}.", "Could represent {x}.", "May be {x}.", "This might be {x} or {y}.", "Suspicious for {x}.",
    "Worrisome for {x}.", "Worried about {x}.", "Evaluate for {x}.", "To evaluate for {x}.", "Workup for {x} pending.", "Symptoms suggestive of {x}.",
    "Presumed {x}.", "Findings compatible with {x} but not specific.", "{X} is in the differential.", "Thinking is {x} vs {y}.", "If worse, think of {x}.",
    "Will test for {x}.", "Testing for {x} was sent.", "Vs {x}.", "{X} not ruled out.", "Assess for {x}.", "{Pt} is worried that it may be {x}.",
    "At risk of {x}.", "To prevent {x}.", "Watch for {x}.", "Call if {x} or {y} develops.", "Return for {x}, {y}, or {z}.", "Return to the ED for {x}.",
    "Seek care at once in case of {x}.", "Monitor for signs of {x}.", "Side effects include {x} and {y}.", "Risks including {x} were explained.",
    "Risks of {x}, {y}, and {z} were discussed and consent obtained.", "Reviewed the symptoms of {x}.", "Educated about {x} prevention.",
    "Prophylaxis against {x}.", "If {x} occurs, stop the medication.", "Handout on {x} provided.", "Fear of {x}.",
)  # fmt: skip
RELATIVES: tuple[str, ...] = (
    "Mother with {x}.", "Father had {x}.", "Father died of {x} at {old}.", "Mother: {x}, {y}.", "Father - {x}", "Brother has {x}.", "Sister with {x} and {y}.",
    "Maternal grandmother with {x}.", "Paternal uncle {x}.", "{X} in {his} father.", "{X} in a maternal aunt.", "Two siblings, one with {x}.",
    "Mother alive, has {x}.", "Parents both with {x}.", "Mom has {x}.", "Dad: {x}", "Positive for {x} in mother, {y} in father.", "{His} son has {x}.",
    "Daughter diagnosed with {x} last year.", "Grandfather died of {x}.", "Several relatives with {x}.", "Cousin: {x}.", "{His} wife has {x}.",
    "{He} cares for {his} mother, who has {x}.", "A coworker was diagnosed with {x}.", "FH: father {x}, mother {y}.", "Mother deceased ({x}).",
    "{His} twin has {x}.", "Brother MI at {old}, sister {x}.", "No family history of {x}.", "Negative for {x} in first degree relatives.",
)  # fmt: skip
RESOLVED: tuple[str, ...] = (
    "{X}, resolved.", "{X} (resolved {year}).", "{X} - resolved", "Had {x} as a child.", "{X} in {year}, fully recovered.", "Previous {x}, no longer an issue.",
    "Remote {x}.", "{X} years ago, treated.", "Treated for {x} in {year}.", "Past episode of {x}.", "{X} has cleared.", "Prior {x} in the distant past.",
    "Childhood {x}, outgrown.", "Previously seen here for {x} which has since resolved.", "{X} last year, healed.", "s/p {x} {year}, no sequelae",
)
PLANNED: tuple[str, ...] = (
    "Schedule {x}.", "Will schedule {x}.", "Plan for {x} in {weeks}.", "Recommend {x}.", "Recommended {x}; {pt} will think about it.", "Discussed {x}.",
    "{Pt} declined {x}.", "Declines {x}.", "Refused {x} today.", "Consider {x} if no improvement.", "{X} ordered.", "Order {x}.", "Referred for {x}.",
    "{X} to be done as an outpatient.", "{X} deferred.", "{X} not done today.", "{X} is not indicated.", "Awaiting {x}.", "Prior {x} in {year}.",
    "{X} in {year} was unremarkable.", "s/p {x} {year}", "Had {x} at an outside hospital.", "Last {x} {year}.", "{X} was performed elsewhere.",
    "Candidate for {x}.", "Return in {weeks} for {x}.", "Would benefit from {x}.", "May need {x} down the road.", "{X} scheduled for {date}.",
    "Authorization for {x} requested.", "{X} was discussed as an alternative.", "Previous {x} noted.", "{Pt} is not interested in {x}.", "{X} pending.",
    "{X} was cancelled.", "Due for {x}.", "{X} up to date.", "Records of {x} requested.", "Hold off on {x} for now.",
)  # fmt: skip
COPIED: tuple[str, ...] = (
    "Copied from prior visit {date}:", "Previous note, {date}:", "--- carried forward from {date} ---", "Interval history from last note:", "[Prior A&P {date}]",
    "From my note of {date}:", "Historical problem list (not reviewed today):",
)
