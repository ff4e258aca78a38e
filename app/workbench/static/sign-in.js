// Signs in with name and password, then goes where the address says.

import { Problem, call } from "./api.js";
import { byId } from "./elements.js";

const form = byId("sign-in");
// "/" leads each person to where they begin.
const goOn = () => location.replace(form.dataset.next || "/");

function fault(text, field = null) {
  for (const name of ["user", "password"]) {
    if (name === field) byId(name).setAttribute("aria-invalid", "true");
    else byId(name).removeAttribute("aria-invalid");
  }
  byId("sign-in-fault").textContent = text;
  if (field) byId(field).focus();
}

async function submit() {
  const user = byId("user").value.trim();
  const password = byId("password").value;
  if (!user) return fault("Type your name.", "user");
  if (!password) return fault("Type your password.", "password");
  fault("");
  byId("go").setAttribute("aria-disabled", "true");
  try {
    await call("/v1/session", { method: "POST", body: { user, password } });
    goOn();
  } catch (failure) {
    byId("password").value = "";
    fault(failure instanceof Problem ? failure.detail : "Signing in failed: try again.", "password");
  } finally {
    byId("go").removeAttribute("aria-disabled");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (byId("go").getAttribute("aria-disabled") !== "true") submit();
});
