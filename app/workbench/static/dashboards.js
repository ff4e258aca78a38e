// Plots come in the colours of the page, and anew when those change.

const dark = matchMedia("(prefers-color-scheme: dark)");

function draw() {
  const chosen = document.documentElement.dataset.theme;
  const theme = chosen || (dark.matches ? "dark" : "light");
  for (const picture of document.querySelectorAll("img[data-plot]")) picture.src = `${picture.dataset.plot}&theme=${theme}`;
}

draw();
dark.addEventListener("change", draw);
new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
