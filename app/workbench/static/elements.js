// Builds DOM elements; texts are always text nodes, so nothing of a note is ever read as markup.

export const byId = (id) => document.getElementById(id);

/** An element with attributes (`on...` are listeners, false and null are left out) and children (elements or texts). */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
