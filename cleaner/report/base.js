"use strict";
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = document.getElementById("theme");
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const name = () => { theme.textContent = isDark() ? "Light colours" : "Dark colours"; };
  theme.onclick = () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; name(); };
  dark.onchange = name;
  name();
  theme.hidden = false;
})();
