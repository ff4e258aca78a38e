"""Sentences of plain clinical prose that support no code, though their words lie near titles of codes.

Written for Chartcoder from knowledge of US clinical notes. They name no condition of a patient and no service of the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping

VISIT: tuple[str, ...] = (
    "Medications and allergies were reviewed and updated.", "Problem list reviewed.", "Past records were reviewed.", "All questions were answered.",
    "{Pt} verbalized understanding and agrees with the plan.", "Discussed risks and benefits.", "Discussed risks, benefits, and alternatives.",
    "Blood pressure was checked by the nurse.", "Blood pressure is within range at home.", "Home readings were brought in.", "Weight is steady.",
    "Appetite is good.", "Sleeping well.", "Energy level is fair.", "Bowel and bladder habits are regular.", "Diet and activity were reviewed.",
    "Home exercise program reviewed.", "Continue home exercise program.", "Activity as tolerated.", "Weight bearing as tolerated.", "Return to work Monday.",
    "Work note given.", "School note provided.", "No lifting over {lb} pounds.", "Follow up in {weeks}.", "Return in {weeks} or sooner if needed.", "RTC {weeks}.",
    "Follow-up with primary care.", "Follow up as scheduled.", "Call with any questions or concerns.", "Labs reviewed with {pt}.", "Results were discussed by phone.",
    "Imaging was personally reviewed.", "Chart reviewed.", "Interpreter was present.", "{He} came with {his} daughter.", "History obtained from {pt}.",
    "Prescription sent to the pharmacy.", "Refill provided.", "Medication list printed.", "Continue all other medications.", "No changes were made today.",
    "Encouraged fluids and rest.", "Ice and heat as needed.", "Over the counter options discussed.", "Healthy eating and exercise were encouraged.",
    "{He} exercises three times a week.", "Lives with family.", "Works in an office.", "Retired teacher.", "Wears a seat belt.", "Never smoker.",
    "Drinks coffee in the morning.", "Care was coordinated with the referring office.", "A copy of this note will be sent to Dr. {name}.",
    "Thank you for allowing me to take part in the care of this patient.", "The above was reviewed with the attending.", "I have examined {pt} and agree.",
    "Side of discomfort was marked by {pt}.", "Symptoms do not limit daily life.", "Pain level is acceptable.", "Function has improved with therapy.",
    "Physical therapy is going well.", "Vaccines are current.", "Screening is up to date.", "Contact information was updated.", "Advance directive on file.",
    "Time was spent on records, counseling and orders.", "Plan of care discussed with the family.", "Body habitus is average.", "Level of comfort good.",
    "Other issues were deferred to the next visit.", "Problem is better since the last visit.", "Overall condition is unchanged.", "Doing well overall.",
    "No specific complaints today.", "No new complaints.", "Here with no acute issues.", "Normal activity was resumed.", "Feels back to normal.",
    "Personal and family history were reviewed.", "Social history is unchanged.", "Exposure history was not contributory.", "Travel history none.",
    "The course was explained in plain language.", "Instructions given in writing.", "Skin care and hygiene discussed.", "Sun protection advised.",
)  # fmt: skip
EXAM: tuple[str, ...] = (
    "General: well appearing, no acute distress.", "Gen: NAD.", "NAD, A&Ox3.", "Alert and oriented.", "Well developed, well nourished.", "HEENT: normocephalic, atraumatic.",
    "HEENT: PERRL, EOMI, oropharynx clear.", "Pupils equal and reactive.", "Mucous membranes moist.", "TMs clear bilaterally.", "Neck supple, trachea midline.",
    "Neck: supple, full range of motion.", "Lungs clear to auscultation bilaterally.", "CTAB.", "Respirations unlabored.", "Breath sounds equal.", "RRR, normal S1 and S2.",
    "Heart: regular rate and rhythm.", "Heart sounds normal.", "Peripheral pulses 2+.", "Abdomen soft, nontender, nondistended.", "Abd: S/NT/ND, +BS.", "Bowel sounds normal.",
    "Extremities: warm and well perfused.", "Ext: full ROM.", "Gait steady.", "Strength 5/5 throughout.", "Sensation intact to light touch.", "Reflexes 2+ and symmetric.",
    "Cranial nerves II-XII intact.", "Skin: warm and dry.", "Skin intact.", "Psych: mood and affect appropriate.", "Judgment and insight intact.", "Speech fluent.",
    "Back: normal alignment.", "Joints: normal range of motion.", "Spine nontender.", "External genitalia normal.", "Breasts symmetric.", "Rectal exam deferred.",
    "Normal female genitalia.", "Thyroid normal in size.", "Lymph nodes not enlarged.", "Eyes: conjunctivae clear, lids normal.", "Nose: septum midline.", "Capillary refill brisk.",
    "The {side} upper extremity moves freely.", "The {side} knee is stable to stress.", "The {side} shoulder has full motion.", "Compartments soft.", "Normal tone and posture.",
    "Vision grossly intact.", "Hearing grossly normal.", "Cooperative with exam.", "Appears stated age.", "Resting comfortably.", "Chest wall nontender.", "Liver and spleen not palpable.",
)  # fmt: skip
VITALS: tuple[str, ...] = (
    "BP {bp}, HR {hr}, RR {rr}, T {temp}, SpO2 {spo2}% RA.", "BP {bp} | Pulse {hr} | Temp {temp} F | Resp {rr} | Wt {lb} lb", "Vitals: {bp}, {hr}, {rr}, {temp}, {spo2}% on room air",
    "BP: {bp}\nHR: {hr}\nTemp: {temp}\nSpO2: {spo2}%", "Blood pressure {bp}, pulse {hr}, temperature {temp}, weight {lb} pounds.", "VSS, afebrile.", "Vital signs stable.",
)  # fmt: skip
OPERATIVE: tuple[str, ...] = (
    "The patient was identified in the holding area and the {side} side was marked.", "A time out was performed.", "Informed consent was obtained.",
    "The patient was taken to the operating room and placed supine.", "The patient was placed in the lateral position and all pressure points were padded.",
    "General anesthesia was induced.", "IV antibiotics were given before incision.", "The area was prepped and draped in the usual sterile fashion.",
    "A tourniquet was inflated to 250 mmHg.", "The skin was infiltrated with 1% lidocaine.", "An incision was made and carried down through the subcutaneous tissue.",
    "Dissection was carried down to the fascia.", "Bleeding vessels were cauterized.", "Hemostasis was achieved with cautery.", "The wound was irrigated with saline.",
    "The structures were identified and protected.", "Retractors were placed.", "The specimen was sent to pathology.", "The fascia was closed with 0 Vicryl.",
    "The skin was closed with 4-0 Monocryl.", "Steri-Strips and a sterile dressing were applied.", "Sponge, needle and instrument counts were correct.",
    "Estimated blood loss was {ml} mL.", "EBL: minimal", "The patient tolerated the procedure well.", "The patient was extubated and taken to recovery in stable condition.",
    "There were no complications.", "Complications: none", "Fluoroscopy was used to confirm position.", "Final images were saved.", "Good position was seen on all views.",
    "The assistant was needed for exposure.", "Drains: none", "The scope was advanced under direct vision.", "The scope was withdrawn slowly.", "Photographs were taken.",
    "The patient will be discharged home today.", "Anesthesia: general", "Anesthesia: MAC with local", "The bed was turned.", "Local anesthetic was used for postoperative comfort.",
)  # fmt: skip
HOSPITAL: tuple[str, ...] = (
    "Vital signs were stable throughout.", "Tolerating a regular diet.", "Ambulating in the hallway.", "Diet was advanced.", "The patient remained hemodynamically stable.",
    "Pain was controlled with oral medication.", "Discharged home in stable condition.", "Condition at discharge: good.", "Disposition: home with family.",
    "Home health was arranged.", "Case management saw {pt}.", "PT and OT evaluated {pt}.", "Labs were trended.", "Telemetry was uneventful.", "Transferred to the floor.",
    "Consults: none", "Diet: regular", "Activity: as tolerated", "Code status was discussed: full code.", "Follow up with PCP within {n} days.", "The family was updated.",
    "IV fluids were given.", "Home medications were resumed.", "Wound care instructions were given.", "Keep the dressing clean and dry.", "Foley removed.", "Lines removed.",
    "Social work met with the family.", "Follow-up appointment made with Dr. {name}.", "Discharge instructions were reviewed.", "Cultures showed no growth.",
)  # fmt: skip
IMAGING: tuple[str, ...] = (
    "Technique: standard protocol.", "Comparison: none.", "Comparison: {date}.", "The heart size is normal.", "The mediastinal contours are normal.", "The lungs are clear.",
    "The bones are unremarkable.", "The visualized soft tissues are unremarkable.", "Alignment is anatomic.", "Joint spaces are preserved.", "The liver, spleen and pancreas are normal.",
    "The kidneys are normal in size.", "The gallbladder is unremarkable.", "The ventricles are normal in size.", "Gray-white differentiation is preserved.", "Limited by motion.",
    "Dose reduction was used.", "Contrast was given without event.", "The bowel is normal in caliber.", "The aorta is normal in caliber.", "Vessels are patent.",
    "Findings were called to Dr. {name}.", "The appendix is normal.", "Bone density is normal.", "The bladder is unremarkable.", "The uterus is normal in size.",
)  # fmt: skip
TELEPHONE: tuple[str, ...] = (
    "Spoke with {pt} by phone.", "Left a voicemail.", "{Pt} called the office.", "Call returned at {time}.", "Identity was verified.", "Message sent to Dr. {name}.",
    "Advised to come in if not better.", "Refill request approved.", "Appointment made for {day}.", "{Pt} agrees with the plan.", "Pharmacy was called.",
)  # fmt: skip
ANALYTES: Mapping[str, tuple[float, float, int, str]] = {
    "WBC": (4.2, 10.8, 1, "K/uL"), "Hgb": (12.1, 16.2, 1, "g/dL"), "Hct": (36.5, 48.0, 1, "%"), "Plt": (160, 390, 0, "K/uL"), "Na": (135, 145, 0, "mmol/L"),
    "K": (3.6, 5.0, 1, "mmol/L"), "Cl": (98, 106, 0, "mmol/L"), "CO2": (22, 29, 0, "mmol/L"), "BUN": (8, 22, 0, "mg/dL"), "Creatinine": (0.6, 1.2, 2, "mg/dL"),
    "Glucose": (78, 112, 0, "mg/dL"), "Calcium": (8.6, 10.2, 1, "mg/dL"), "AST": (12, 38, 0, "U/L"), "ALT": (10, 42, 0, "U/L"), "Alk phos": (44, 121, 0, "U/L"),
    "TSH": (0.6, 4.1, 2, "mIU/L"), "A1c": (5.1, 7.9, 1, "%"), "LDL": (58, 141, 0, "mg/dL"), "HDL": (38, 68, 0, "mg/dL"), "Lactate": (0.7, 1.9, 1, "mmol/L"),
    "INR": (0.9, 1.2, 1, ""), "Troponin": (0.0, 0.03, 2, "ng/mL"), "Albumin": (3.5, 4.8, 1, "g/dL"), "Ferritin": (30, 220, 0, "ng/mL"),
}  # fmt: skip
DICTATED: tuple[str, ...] = (
    " period", " comma", " next line", " uh", " um", " [inaudible]", " ____", " [sic]", " new paragraph", " correction", " (sp?)",
)
CLOSINGS: tuple[str, ...] = (
    "Electronically signed by {name}, MD {date}", "Dictated but not read.", "This note was made with voice recognition software; errors may occur.", "-{name}, NP",
    "Signed: Dr. {name}", "{name} MD", "I, Dr. {name}, attest to the above.", "cc: Dr. {name}",
)
