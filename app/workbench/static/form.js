// The note and its encounter, as the coder gives them.

import { byId } from "./elements.js";
import { countPoints } from "./offsets.js";

const FIELDS = { text: "text", "encounter.setting": "setting", "encounter.patient.sex": "sex", "encounter.patient.age": "age", "encounter.service_date": "service-date" };
const OF_CODE = { empty_note: "text", note_too_long: "text", unreadable_text: "text", release_not_found: "service-date" };

/** The body of a request. */
export function requestBody() {
  const age = byId("age").value;
  return {
    text: byId("text").value,
    encounter: {
      setting: byId("setting").value,
      service_date: byId("service-date").value || null,
      patient: { sex: byId("sex").value, age: age === "" ? null : Number(age) },
    },
  };
}

export function fillForm({ text, setting, sex, age, service_date: day }) {
  byId("text").value = text;
  byId("setting").value = setting;
  byId("sex").value = sex;
  byId("age").value = age ?? "";
  byId("service-date").value = day;
  showCount();
}

/** What is wrong before anything is sent: [field id, message], or null. */
export function localFault() {
  if (!byId("text").value.trim()) return ["text", "The note is empty: paste a note, or pick a demo note."];
  if (!byId("age").validity.valid) return ["age", `Age must be a whole number from 0 to ${byId("age").max}.`];
  if (!byId("service-date").validity.valid) return ["service-date", "The date of service is not complete."];
  return null;
}

/** The id of the field that a problem speaks of, or null. */
export function fieldOf(problem) {
  const named = problem.errors.map((error) => FIELDS[error.field]).find(Boolean);
  return named ?? OF_CODE[problem.code] ?? null;
}

/** Show a message under the fields and mark one of them; null takes it away. */
export function showFault(fault) {
  const line = byId("field-error");
  for (const id of Object.values(FIELDS)) {
    const wrong = fault?.[0] === id;
    byId(id).toggleAttribute("aria-invalid", wrong);
    if (wrong) byId(id).setAttribute("aria-invalid", "true");
    if (wrong) byId(id).setAttribute("aria-describedby", line.id);
    else byId(id).removeAttribute("aria-describedby");
  }
  line.hidden = !fault;
  line.textContent = fault ? fault[1] : "";
}

/** "3,181 of 200,000 characters". */
export function showCount() {
  const line = byId("count");
  const most = Number(line.dataset.most);
  const count = countPoints(byId("text").value);
  line.textContent = `${count.toLocaleString("en")} of ${most.toLocaleString("en")} characters`;
  line.dataset.over = String(count > most);
}
