// The page comes to life.
const data = JSON.parse(document.querySelector("#data").textContent);

const THEMES = ["auto", "light", "dark"];
const theme = document.querySelector("#theme");
function remembered(value) {
  try {
    if (value === undefined) return localStorage.getItem("ipam-model-theme") || "auto";
    localStorage.setItem("ipam-model-theme", value);
  } catch { /* A file may have no storage; then the choice lasts as long as the page. */ }
  return value || "auto";
}
function wear(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  theme.textContent = `theme: ${name}`;
  theme.dataset.theme = name;
}
wear(THEMES.includes(remembered()) ? remembered() : "auto");
theme.addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(theme.dataset.theme) + 1) % THEMES.length];
  remembered(next);
  wear(next);
});
theme.hidden = false;

// Those further down are built once they come near, so that a page of many opens at once.
const players = new Map();
function build(root) {
  if (players.has(root)) return;
  const { films, start } = data.players[Number(root.dataset.player)];
  players.set(root, new Player(root, films.map((film) => new Film(film)), start, data.rules));
}
const roots = [...document.querySelectorAll("[data-player]")];
roots.slice(0, 1).forEach(build);
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) build(entry.target.querySelector("[data-player]"));
}, { rootMargin: "600px" });
roots.slice(1).forEach((root) => near.observe(root.closest("section")));

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !Player.active) return;
  const inside = event.target.closest("button, summary, a, select, pre, .scroll, input");
  if (inside && !inside.matches("input[type=range]") && (event.key === " " || inside.matches("select, pre, .scroll"))) return;
  if (Player.active.key(event.key)) event.preventDefault();
});
