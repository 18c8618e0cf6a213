// One slider for a film, or for two that are looked at side by side.
const SHAPES = {
  first: "M3 2h2v12H3zM14 2v12L6 8z",
  back: "M12 2v12L4 8z",
  play: "M4 2v12l10-6z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  next: "M4 2v12l8-6z",
  last: "M2 2v12l8-6zM11 2h2v12h-2z",
};
const PACE = 700;

function shape(name) {
  return draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, draw("path", { d: SHAPES[name] }));
}

class Player {
  static active = null;

  constructor(root, films, start, rules) {
    this.root = root;
    this.films = films;
    this.length = Math.max(...films.map((film) => film.length));
    this.axis = films[0].axis;
    const most = Math.max(...films.map((film) => Chart.highest(film)));
    this.views = films.map((film) => new View(film, rules, (number) => { this.pause(); this.seek(number); }, most, films.length > 1));
    this.transport();
    root.append(this.bar, make("div", { class: `views${films.length > 1 ? " pair" : ""}` },
      ...this.views.map((view) => view.root)));
    root.append(this.steps());
    const notes = [...new Set(films.map((film) => film.note).filter(Boolean))];
    root.append(...notes.map((note) => make("p", { class: "nothing" }, note)));
    root.hidden = false;
    root.addEventListener("pointerdown", () => { Player.active = this; });
    root.addEventListener("focusin", () => { Player.active = this; });
    Player.active ??= this;
    this.seek(start < 0 ? this.length + start : start);
  }

  transport() {
    const button = (name, label, act) => {
      const made = make("button", { type: "button", "aria-label": label, title: label }, shape(name));
      made.addEventListener("click", act);
      return made;
    };
    this.first = button("first", "First step", () => this.seek(0));
    this.back = button("back", "Step back", () => this.seek(this.at - 1));
    this.playing = button("play", "Play", () => this.toggle());
    this.playing.classList.add("play");
    this.next = button("next", "Step on", () => this.seek(this.at + 1));
    this.last = button("last", "Last step", () => this.seek(this.length - 1));
    this.slider = make("input", { type: "range", min: "0", max: String(this.length - 1), value: "0", step: "1" });
    this.slider.setAttribute("aria-label", this.axis === "pods" ? "Number of pods" : "Step");
    this.slider.addEventListener("input", () => { this.pause(); this.seek(Number(this.slider.value)); });
    this.where = make("div", { class: "where" });
    this.speed = make("select", { "aria-label": "Speed" },
      ...["0.5", "1", "2", "4"].map((each) => make("option", { value: each, selected: each === "1" }, `${each}×`)));
    this.bar = make("div", { class: "transport", role: "group", "aria-label": "Steps of the run" },
      make("div", { class: "keys" }, this.first, this.back, this.playing, this.next, this.last),
      this.slider,
      make("div", { class: "where" }, this.where, make("label", { class: "speed" }, "speed ", this.speed)));
    this.where.classList.remove("where");
  }

  seek(number) {
    this.at = Math.max(0, Math.min(number, this.length - 1));
    if (this.at === this.length - 1) this.pause();
    this.slider.value = String(this.at);
    const frame = this.films[0].frames[Math.min(this.at, this.films[0].length - 1)];
    const place = this.axis === "pods" ? counted(frame.numbers.pods, "pod") : seconds(frame.t);
    this.slider.setAttribute("aria-valuetext", `step ${this.at + 1} of ${this.length}, ${place}: ${frame.w}`);
    this.where.replaceChildren(make("b", {}, place), make("span", {}, ` · ${this.at + 1} of ${this.length}`));
    this.first.disabled = this.back.disabled = this.at === 0;
    this.next.disabled = this.last.disabled = this.at === this.length - 1;
    for (const view of this.views) view.show(this.at);
    if (this.rows) this.markRow();
  }

  toggle() {
    if (this.timer) return this.pause();
    if (this.at === this.length - 1) this.seek(0);
    this.face("pause", "Pause");
    const go = () => {
      this.timer = setTimeout(() => { this.seek(this.at + 1); if (this.timer) go(); }, PACE / Number(this.speed.value));
    };
    go();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.face("play", "Play");
  }

  face(name, label) {
    if (this.playing.title === label) return;
    this.playing.replaceChildren(shape(name));
    this.playing.title = label;
    this.playing.setAttribute("aria-label", label);
  }

  // True if the key was ours.
  key(name) {
    const moves = {
      ArrowLeft: () => this.seek(this.at - 1),
      ArrowRight: () => this.seek(this.at + 1),
      Home: () => this.seek(0),
      End: () => this.seek(this.length - 1),
      " ": () => this.toggle(),
    };
    if (!moves[name]) return false;
    if (name !== " ") this.pause();
    moves[name]();
    return true;
  }

  steps() {
    const folded = make("details", { open: this.axis === "pods" },
      make("summary", {}, this.axis === "pods" ? "All rows as a table" : `All ${this.length} steps as a table`));
    const fill = () => {
      if (this.rows || !folded.open) return;
      const box = make("div", { class: "scroll all", tabindex: "0", role: "region", "aria-label": "All steps" });
      this.rows = this.films.length === 1 ? this.table(box) : [];
      folded.append(box);
      this.markRow();
    };
    if (this.films.length > 1) folded.hidden = true;
    folded.addEventListener("toggle", fill);
    fill();
    return folded;
  }

  table(box) {
    const film = this.films[0];
    const columns = Object.keys(NUMBERS).filter((name) =>
      (film.quantities.includes(name) || film.extra.includes(name)) && (!IF_USED.includes(name) || film.has(name)));
    const heads = this.axis === "pods" ? ["", ""] : ["#", "time", "step", "reply"];
    const rows = film.frames.map((frame, number) => {
      const words = this.axis === "pods" ? [] : [String(number + 1), seconds(frame.t), frame.w, frame.r || ""];
      const calls = this.axis === "pods" ? [frame.r || ""] : [];
      const row = make("tr", {},
        ...words.map((text, at) => make("td", { class: at < 2 ? "n" : null }, text)),
        ...columns.map((name) => make("td", { class: "n" }, frame.numbers[name].toLocaleString("en"))),
        ...calls.map((text) => make("td", {}, text)));
      row.addEventListener("click", () => { this.pause(); this.seek(number); });
      return row;
    });
    const names = columns.map((name) => make("th", { class: "n", scope: "col" }, NUMBERS[name]));
    const before = this.axis === "pods" ? [] : heads.map((text) => make("th", { scope: "col" }, text));
    const after = this.axis === "pods" ? [make("th", { scope: "col" }, "")] : [];
    box.append(make("table", {}, make("thead", {}, make("tr", {}, ...before, ...names, ...after)),
      make("tbody", {}, ...rows)));
    return rows;
  }

  markRow() {
    if (this.marked) this.marked.removeAttribute("aria-current");
    this.marked = this.rows && this.rows[this.at];
    if (!this.marked) return;
    this.marked.setAttribute("aria-current", "step");
    const box = this.marked.closest(".scroll");
    const top = this.marked.offsetTop;
    if (top < box.scrollTop + 30 || top > box.scrollTop + box.clientHeight - 40) box.scrollTop = top - box.clientHeight / 2;
  }
}

class View {
  constructor(film, rules, seek, most, named) {
    this.film = film;
    film.cards = Math.max(1, ...film.frames.map((frame) => 1 + Math.max(0, ...[...frame.enis.values()].map((eni) => eni.card))));
    this.node = new NodeView(film);
    this.step = new StepView(film, rules);
    this.chart = new Chart(film, seek, most);
    this.numbers = make("dl", { class: "numbers" });
    this.shownNumbers = Object.keys(NUMBERS).filter((name) =>
      (film.quantities.includes(name) || film.extra.includes(name)) && (!IF_USED.includes(name) || film.has(name)));
    this.root = make("div", { class: "view" },
      named ? make("h3", { class: "side" }, film.title) : null,
      this.numbers, this.node.root, this.step.root, this.chart.root);
  }

  show(number) {
    const at = Math.min(number, this.film.length - 1);
    const frame = this.film.frames[at];
    const before = at ? this.film.frames[at - 1] : null;
    this.numbers.replaceChildren(...this.shownNumbers.map((name) => {
      const change = before ? frame.numbers[name] - before.numbers[name] : 0;
      const delta = change ? make("span", { class: "delta" }, `${change > 0 ? "+" : "−"}${Math.abs(change)}`) : "";
      return make("div", { class: MAJOR.includes(name) ? null : "minor", "data-number": name },
        make("dt", {}, LINES.includes(name) ? make("span", { class: `key ${name}`, "aria-hidden": "true" }) : "", NUMBERS[name]),
        make("dd", {}, make("span", { class: "value" }, frame.numbers[name].toLocaleString("en")), delta));
    }));
    this.node.show(frame, before);
    this.step.show(frame, before);
    this.chart.show(at);
  }
}
