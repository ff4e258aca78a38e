// Calls the REST interface with the session of the page. Failures become a Problem with what to do.

export class Problem extends Error {
  constructor({ title, detail, code, errors = [], status = 0, ...more }) {
    super(detail);
    Object.assign(this, { title, detail, code, errors, status, more });
  }
}

const SAFE = ["GET", "HEAD"];
const content = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? null;
const user = content("user");
let csrf = content("csrf");

// Several requests may find the session gone; a second move would break off the first. A page that is shown again may leave again.
let leaving = false;
addEventListener("pageshow", () => {
  leaving = false;
});

/** Go to the sign-in page, which leads back here. */
export function signInAgain() {
  if (leaving) return;
  leaving = true;
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

async function bodyOf(response) {
  const type = response.headers.get("content-type") ?? "";
  return type.includes("json") ? response.json() : null;
}

async function send(path, { method = "GET", body, headers = {}, signal, keepalive = false } = {}) {
  const own = { ...headers };
  if (body !== undefined) own["Content-Type"] = "application/json";
  if (csrf !== null && !SAFE.includes(method)) own["X-CSRF-Token"] = csrf;
  try {
    return await fetch(path, { method, headers: own, signal, keepalive, credentials: "same-origin", cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Problem({ title: "The service can't be reached", detail: "Check that it runs and that the network is up, then try again.", code: "unreachable" });
  }
}

/** True when the person signed in again elsewhere, so that only the token of the page was old. */
async function freshToken() {
  const response = await send("/v1/session");
  const session = response.ok ? await bodyOf(response) : null;
  if (session === null) return false;
  if (session.name.toLowerCase() !== user) {
    // Someone else sits here now: nothing is written in their name that they did not see.
    location.reload();
    return false;
  }
  csrf = session.csrf_token;
  return true;
}

/** What the service answers: `{ body, status, headers }`. Options: method, body (JSON), headers, signal, keepalive. Throws Problem. */
export async function exchange(path, options = {}) {
  let response = await send(path, options);
  let body = await bodyOf(response);
  if (response.status === 403 && body?.code === "csrf_refused" && user !== null && (await freshToken())) {
    response = await send(path, options);
    body = await bodyOf(response);
  }
  if (response.ok && (body !== null || response.status === 204)) return { body, status: response.status, headers: response.headers };
  if (response.status === 401 && user !== null) signInAgain();
  throw new Problem(body?.code ? body : { title: "The service gave no answer that can be read", detail: `Status ${response.status}. Try again, or tell the operator.`, code: "unknown", status: response.status });
}

/** The body of an answer; null for none. */
export async function call(path, options = {}) {
  return (await exchange(path, options)).body;
}

export const readiness = () => call("/readyz");
export const demoNotes = () => call("/demo-notes");
export const suggestions = (body, signal) => call("/v1/suggestions", { method: "POST", body, signal });
export const signOut = () => call("/v1/session", { method: "DELETE" });
