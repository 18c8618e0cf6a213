// What happened in a step: event and reply, what is marked, EC2 calls, rules.
const FEW_RULES = 14;

class StepView {
  constructor(film, rules) {
    this.film = film;
    this.statements = rules;
    this.root = make("div", { class: "step" });
    this.all = false;
    this.chosen = null;
  }

  show(frame, before) {
    this.frame = frame;
    this.before = before;
    const parts = [make("h3", {}, this.film.axis === "pods" ? "At rest with" : "In this step")];
    parts.push(make("p", { class: "what" }, frame.w));
    if (frame.r) parts.push(make("p", { class: "came" }, frame.r));
    const about = [this.film.axis === "pods" ? "" : seconds(frame.t)];
    if (frame.e !== undefined) about.push(`event ${frame.e}`);
    if (frame.s) about.push(`${frame.s} steps in one`);
    parts.push(make("p", { class: "of" }, about.filter(Boolean).join(" · ")));
    if (frame.m) {
      parts.push(make("ul", { class: "marks" }, ...frame.m.map(([tone, text]) => {
        const [head, ...rest] = text.split(": ");
        return make("li", { class: tone }, ...(rest.length ? [make("b", {}, `${head}: `), rest.join(": ")] : [text]));
      })));
    }
    parts.push(...this.calls(frame), ...this.rules(frame, before));
    this.root.replaceChildren(...parts);
  }

  calls(frame) {
    const head = make("h3", {}, this.film.axis === "pods" ? "EC2 calls on the way" : "EC2 calls");
    if (!frame.c) return [head, make("p", { class: "nothing" }, "none")];
    const grouped = [];
    for (const call of frame.c) {
      const [text, error] = Array.isArray(call) ? call : [call, ""];
      const last = grouped[grouped.length - 1];
      if (last && last.text === text) last.count += 1;
      else grouped.push({ text, error, count: 1 });
    }
    return [head, make("ul", { class: "calls" }, ...grouped.map(({ text, error, count }) =>
      make("li", { class: error ? "failed" : null },
        (error ? text.replace(` !${error}`, ` failed: ${error}`) : text) + (count > 1 ? ` (${count}×)` : ""))))];
  }

  rules(frame, before) {
    const rules = this.film.rulesOf(frame);
    const refused = (frame.m || []).some(([, text]) => text.startsWith("allowed: "));
    const head = make("h3", {}, refused ? "The rule that decides" : `Rules that fired${rules.length ? `: ${rules.length}, the rarest first` : ""}`);
    if (!rules.length) return [head, make("p", { class: "nothing" }, "none noted")];
    const earlier = new Set(before ? this.film.rules[before.f] : []);
    if (!rules.includes(this.chosen)) this.chosen = null;
    const shown = this.all ? rules : rules.slice(0, FEW_RULES);
    const buttons = shown.map((rule) => {
      const button = make("button", {
        type: "button", class: earlier.has(rule) ? null : "fresh",
        "aria-pressed": String(rule === this.chosen), title: (this.statements[rule] || [""])[0],
      }, rule);
      button.addEventListener("click", () => {
        this.chosen = this.chosen === rule ? null : rule;
        this.show(this.frame, this.before);
        [...this.root.querySelectorAll(".rules button")].find((each) => each.textContent === rule).focus();
      });
      return button;
    });
    if (rules.length > FEW_RULES) {
      const more = make("button", { type: "button", class: "more" },
        this.all ? "fewer" : `${rules.length - FEW_RULES} more`);
      more.addEventListener("click", () => {
        this.all = !this.all;
        this.show(this.frame, this.before);
        this.root.querySelector(".rules .more").focus();
      });
      buttons.push(more);
    }
    const rule = this.chosen || rules[0];
    const [statement, source] = this.statements[rule] || ["", ""];
    return [head, make("div", { class: "rules" }, ...buttons),
      make("p", { class: "statement", "aria-live": "polite" },
        make("b", {}, `${rule} `), statement, source ? make("small", {}, source) : "")];
  }
}
