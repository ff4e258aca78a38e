// One sample: drawing it again to show that it is what it says.

import { Problem, call } from "./api.js";
import { byId } from "./elements.js";
import { toast } from "./toast.js";

byId("redraw").addEventListener("click", async (event) => {
  try {
    const found = await call(`/v1/audit-samples/${event.target.dataset.sample}/redraw`);
    if (found.same_population && found.same_charts) toast("Drawn again: the same charts.", { tone: "good" });
    else toast(found.same_charts ? "The same charts, but from another population." : "Drawing again gives other charts.", { tone: "bad" });
  } catch (failure) {
    toast(failure instanceof Problem ? failure.detail : "Drawing again failed: try once more", { tone: "bad" });
  }
});
