// Keys work wherever one is, except that letters typed into a field stay letters.

const typesInto = (target) => target.closest("input, select, textarea") !== null;
const inCodes = (target) => target.closest("#groups") !== null;

export function listenForKeys(acts) {
  const plain = {
    j: () => acts.move(1),
    k: () => acts.move(-1),
    n: acts.nextEvidence,
    e: acts.edit,
    c: acts.copy,
    "?": acts.toggleHelp,
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      acts.suggest();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typesInto(event.target)) return;
    if (document.querySelector("dialog[open]") !== null && event.key !== "?") return;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && inCodes(event.target)) {
      event.preventDefault();
      acts.move(arrow);
    } else if (plain[event.key]) {
      event.preventDefault();
      plain[event.key]();
    }
  });
}
