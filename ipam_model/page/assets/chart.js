// Lines over time, or over steps: addresses reserved, assigned, available; EC2 calls beneath.
const SVG = document.querySelector("#svg").namespaceURI;

function draw(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

class Chart {
  static height = 210;
  static margin = { top: 10, bottom: 46, left: 34 };

  // `most` is the highest number that the axis must hold, so that two charts can be compared.
  constructor(film, seek, most) {
    this.film = film;
    this.most = most;
    this.lines = LINES.filter((name) => film.quantities.includes(name) || film.extra.includes(name));
    const last = film.frames[film.length - 1];
    this.canTime = film.axis === "time" && last.t > film.frames[0].t;
    this.mode = film.axis === "pods" ? "pods" : this.canTime ? "time" : "steps";
    this.svg = draw("svg", { role: "img", "aria-label": this.told() });
    this.toggle = make("button", { type: "button", hidden: !this.canTime });
    this.toggle.addEventListener("click", () => {
      this.mode = this.mode === "time" ? "steps" : "time";
      this.redraw();
    });
    this.root = make("div", { class: "chart" },
      make("div", { class: "top" }, make("h3", {}, "Addresses"), this.toggle), this.svg);
    this.svg.addEventListener("pointerdown", (event) => { this.held = true; seek(this.at(event)); });
    this.svg.addEventListener("pointermove", (event) => { if (this.held && event.buttons) seek(this.at(event)); });
    this.svg.addEventListener("pointerup", () => { this.held = false; });
    new ResizeObserver(() => this.redraw()).observe(this.root);
  }

  static highest(film) {
    const names = LINES.filter((name) => film.quantities.includes(name) || film.extra.includes(name));
    return Math.max(1, ...film.frames.map((frame) => Math.max(...names.map((name) => frame.numbers[name]))));
  }

  told() {
    const most = this.lines.map((name) =>
      `${NUMBERS[name]} at most ${Math.max(...this.film.frames.map((frame) => frame.numbers[name]))}`);
    return `Lines: ${most.join(", ")}`;
  }

  value(frame, number) {
    if (this.mode === "time") return frame.t;
    return this.mode === "pods" ? frame.numbers.pods : number + 1;
  }

  redraw() {
    const width = Math.floor(this.root.clientWidth);
    if (!width) return;
    this.toggle.textContent = this.mode === "time" ? "show by step" : "show by time";
    this.width = width;
    const { top, bottom, left } = Chart.margin;
    const right = width < 460 ? 74 : 116;
    const frames = this.film.frames;
    this.values = frames.map((frame, number) => this.value(frame, number));
    const low = Math.min(...this.values);
    const high = Math.max(...this.values);
    const most = this.most;
    this.x = (value) => left + ((value - low) / (high - low || 1)) * (width - left - right);
    const floor = Chart.height - bottom;
    this.y = (number) => floor - (number / most) * (floor - top);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${Chart.height}`);
    this.svg.replaceChildren(
      ...this.grid(most, low, high, width - right), ...this.paths(high),
      ...this.names(width - right), ...this.lane(floor),
    );
    this.cursor = draw("g");
    this.svg.append(this.cursor);
    if (this.shown !== undefined) this.show(this.shown);
  }

  grid(most, low, high, end) {
    const parts = [];
    const { left, bottom } = Chart.margin;
    for (const number of ticks(0, most, 4, 1)) {
      const y = this.y(number);
      parts.push(draw("line", { class: "grid", x1: left, x2: end, y1: y, y2: y }));
      parts.push(draw("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, String(number)));
    }
    const unit = this.mode === "time" ? 1000 : 1;
    const wanted = this.width < 460 ? 3 : 6;
    for (const number of ticks(low / unit, high / unit, wanted, this.mode === "time" ? 0 : 1)) {
      const x = this.x(number * unit);
      parts.push(draw("line", { class: "axis", x1: x, x2: x, y1: Chart.height - bottom, y2: Chart.height - bottom + 4 }));
      parts.push(draw("text", { x, y: Chart.height - 4, "text-anchor": "middle" }, number.toLocaleString("en")));
    }
    const title = { time: "seconds", steps: "step", pods: "pods" }[this.mode];
    parts.push(draw("text", { x: this.width, y: Chart.height - 4, "text-anchor": "end" }, title));
    return parts;
  }

  paths() {
    return this.lines.map((name) => {
      let path = "";
      this.film.frames.forEach((frame, number) => {
        const x = this.x(this.values[number]).toFixed(1);
        const y = this.y(frame.numbers[name]).toFixed(1);
        path += path ? (this.mode === "pods" ? `L${x} ${y}` : `H${x}V${y}`) : `M${x} ${y}`;
      });
      return draw("path", { class: name, d: path });
    });
  }

  // Names stand at the ends of their lines, moved apart where lines end together.
  names(end) {
    const last = this.film.frames[this.film.length - 1];
    const short = this.width < 460 ? { available: "warm" } : {};
    const placed = this.lines
      .map((name) => ({ name, y: this.y(last.numbers[name]) }))
      .sort((one, other) => one.y - other.y || LINES.indexOf(one.name) - LINES.indexOf(other.name));
    placed.forEach((each, at) => { if (at) each.y = Math.max(each.y, placed[at - 1].y + 15); });
    const over = placed.length ? placed[placed.length - 1].y - (Chart.height - Chart.margin.bottom) : 0;
    if (over > 0) placed.forEach((each) => { each.y -= over; });
    return placed.map(({ name, y }) =>
      draw("text", { class: `name ${name}`, x: end + 8, y: y + 4 }, short[name] || NUMBERS[name]));
  }

  // Beneath the lines: a tick where EC2 was asked, a triangle where something is marked.
  lane(floor) {
    const parts = [];
    const seen = new Map();
    this.film.frames.forEach((frame, number) => {
      const x = Math.round(this.x(this.values[number]) * 2) / 2;
      if (frame.c) seen.set(x, Math.min((seen.get(x) || 0) + frame.c.length, 6));
      const mark = (frame.m || []).find(([tone]) => tone !== "plain" && tone !== "good");
      if (mark) {
        const y = floor + 5;
        parts.push(draw("path", { class: `mark ${mark[0]}`, stroke: "none", d: `M${x - 5} ${y + 9}L${x} ${y}L${x + 5} ${y + 9}Z` }));
      }
    });
    for (const [x, calls] of seen)
      parts.unshift(draw("rect", { class: "call", x: x - 1, y: floor + 26 - 2 * calls, width: 2, height: 2 * calls }));
    parts.push(draw("text", { x: this.width, y: floor + 24, "text-anchor": "end" }, this.width < 460 ? "calls" : "EC2 calls"));
    return parts;
  }

  at(event) {
    const box = this.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.width;
    let best = 0;
    this.values.forEach((value, number) => {
      if (Math.abs(this.x(value) - x) <= Math.abs(this.x(this.values[best]) - x)) best = number;
    });
    return best;
  }

  show(number) {
    this.shown = number;
    if (!this.cursor) return;
    const frame = this.film.frames[number];
    const x = this.x(this.values[number]);
    this.cursor.replaceChildren(
      draw("line", { class: "now", x1: x, x2: x, y1: Chart.margin.top - 6, y2: Chart.height - 20 }),
      ...this.lines.map((name) => draw("circle", { class: name, cx: x, cy: this.y(frame.numbers[name]), r: 4 })),
    );
  }
}

// Round numbers between two, about so many, and at least so far apart.
function ticks(low, high, wanted, least) {
  const span = high - low || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 5, 10].find((each) => each * power >= rough) * power, least);
  const found = [];
  for (let number = Math.ceil(low / step) * step; number <= high + step / 1e6; number += step)
    found.push(Math.round(number * 1000) / 1000);
  return found;
}
