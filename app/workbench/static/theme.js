// The scheme that was chosen, set before anything is painted; that is why this is no module.
(() => {
  const KEY = "chartcoder-theme";
  const chosen = (() => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  })();
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
