// One's own account: times as the clock on the wall, and signing out everywhere else.

import { Problem, call } from "./api.js";
import { byId } from "./elements.js";
import { toast } from "./toast.js";

for (const time of document.querySelectorAll("main time")) time.textContent = new Date(time.dateTime).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

byId("end-others")?.addEventListener("click", async () => {
  try {
    await call("/v1/session?others=true", { method: "DELETE" });
    location.reload();
  } catch (failure) {
    toast(failure instanceof Problem ? failure.detail : "That did not work: try again.", { tone: "bad" });
  }
});
