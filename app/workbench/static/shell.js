// The frame of every page: light or dark, and signing out.

import { Problem, signOut } from "./api.js";
import { byId } from "./elements.js";
import { toast } from "./toast.js";

const KEY = "chartcoder-theme";

function turn() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem(KEY, root.dataset.theme);
  } catch {
    // Without storage the choice holds for this page.
  }
}

async function leave() {
  try {
    await signOut();
    location.assign("/sign-in");
  } catch (failure) {
    toast(failure instanceof Problem ? failure.detail : "Signing out failed: try again", { tone: "bad" });
  }
}

byId("theme").addEventListener("click", turn);
byId("sign-out")?.addEventListener("click", leave);
