// Decisions that wait survive a reload of the page, until they are written.

const place = (id) => `chartcoder-waiting-${id}`;

/** Keep what waits. */
export function keep(book, outbox) {
  const waiting = outbox.kept();
  try {
    if (waiting.length === 0) sessionStorage.removeItem(place(book.id));
    else sessionStorage.setItem(place(book.id), JSON.stringify({ from: book.encounter.decisions.length, user: book.user, waiting }));
  } catch {
    // Without storage they wait in the page alone.
  }
}

/** What waited, without what was written after all: `{ verdict, titles }` each. */
export function restore(book) {
  try {
    const { from, user, waiting } = JSON.parse(sessionStorage.getItem(place(book.id)) ?? "null") ?? { waiting: [] };
    sessionStorage.removeItem(place(book.id));
    if (waiting.length === 0 || user !== book.user) return [];
    const written = book.encounter.decisions.slice(from).filter((d) => d.by === user).length;
    return waiting.slice(written);
  } catch {
    return [];
  }
}
