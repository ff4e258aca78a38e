// Calls the REST interface. Failures become a Problem with what to do.

export class Problem extends Error {
  constructor({ title, detail, code, errors = [], status = 0 }) {
    super(detail);
    Object.assign(this, { title, detail, code, errors, status });
  }
}

async function answerOf(response) {
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") ? await response.json() : null;
  if (response.ok && body) return body;
  throw new Problem(body?.code ? body : { title: "The service gave no answer that can be read", detail: `Status ${response.status}. Try again, or tell the operator.`, code: "unknown", status: response.status });
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Problem({ title: "The service can't be reached", detail: "Check that it runs and that the network is up, then try again.", code: "unreachable" });
  }
  return answerOf(response);
}

export const readiness = () => call("/readyz", {});
export const demoNotes = () => call("/demo-notes", {});
export const suggestions = (body, signal) =>
  call("/v1/suggestions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });
