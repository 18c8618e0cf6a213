// The node: a row for each ENI, a cell for each slot.
class NodeView {
  constructor(film) {
    this.film = film;
    this.drawn = new Map();
    this.list = make("ul", { class: "enis" });
    this.room = make("p", { class: "room" });
    this.pointed = make("p", { class: "pointed", "aria-hidden": "true" }, NodeView.hint);
    this.rows = [];
    this.inWords = make("div");
    this.words = make("details", { class: "words" }, make("summary", {}, "Slots in words"), this.inWords);
    this.words.addEventListener("toggle", () => this.tell());
    this.root = make(
      "div", { class: "node" },
      make("h3", {}, "ENIs and their slots"),
      this.list, this.room, this.pointed, this.legend(), this.words,
    );
    this.list.addEventListener("pointerover", (event) => this.point(event));
    this.list.addEventListener("click", (event) => this.point(event));
    this.list.addEventListener("pointerleave", () => { this.pointed.textContent = NodeView.hint; });
  }

  static hint = "Point at a slot to read what it holds.";

  point(event) {
    const cell = event.target.closest(".cell");
    if (cell) this.pointed.textContent = cell.title;
  }

  // The same for those who do not point: made once it is opened, and anew in every step.
  tell() {
    const shown = this.words.open ? this.rows : [];
    this.inWords.replaceChildren(...shown.flatMap((eni) => [
      make("p", {}, NodeView.told(eni)),
      make("ul", {}, ...eni.cells.filter(Boolean).map((cell) => make("li", {}, NodeView.says(cell)))),
    ]));
  }

  legend() {
    const used = new Set(["p", "a", "f", "e"]);
    for (const frame of this.film.frames)
      for (const eni of frame.enis.values())
        for (const cell of eni.cells) for (const letter of cell ? cell[1] : "e") used.add(letter);
    return make(
      "ul", { class: "legend", "aria-label": "What the slots mean" },
      ...Object.entries(STATES)
        .filter(([letter]) => used.has(letter))
        .map(([letter, [name, meaning]]) =>
          make("li", { title: meaning }, make("span", { class: `cell ${letter}`, "aria-hidden": "true" }), name)),
    );
  }

  show(frame, before) {
    const rows = Film.rows(frame);
    const shown = rows.map((eni) => this.row(eni, before && before.enis.get(eni.id), before));
    const spare = this.film.mostRows - rows.length;
    for (let number = 0; number < spare; number += 1) shown.push(this.spare());
    this.list.replaceChildren(...shown);
    const kept = new Set(rows.map((eni) => eni.id));
    for (const id of this.drawn.keys()) if (!kept.has(id)) this.drawn.delete(id);
    const attached = rows.filter((eni) => !eni.roles.includes("leaked") && !eni.roles.includes("in the store only"));
    const more = this.film.enis - attached.length;
    const notes = [];
    if (this.film.enis !== null)
      notes.push(more > 0 ? `Room for ${counted(more, "more ENI")}.` : "No room for another ENI.");
    if (frame.off) notes.push("The daemon is not running.");
    if (frame.cord) notes.push("The node is cordoned.");
    this.room.textContent = notes.join(" ");
    this.rows = rows;
    this.tell();
  }

  row(eni, old, before) {
    const known = this.drawn.get(eni.id);
    if (known && known.eni === eni && known.old === old) return known.row;
    const leaked = eni.roles.includes("leaked");
    const cells = [];
    const slots = Math.max(this.film.slots, eni.cells.length);
    const wide = eni.cells.some((cell) => cell && cell[0].includes(":"));
    for (let slot = 0; slot < (wide ? eni.cells.length : slots); slot += 1) {
      const cell = eni.cells[slot] || null;
      const was = old ? old.cells[slot] || null : null;
      if (!cell && leaked) continue;
      cells.push(this.cell(cell, before !== null && cell !== was));
    }
    const where = this.film.cards > 1 ? `card ${eni.card}, device ${eni.device}` : `device ${eni.device}`;
    const row = make(
      "li", { class: `eni${leaked ? " leaked" : ""}`, "aria-label": NodeView.told(eni) },
      make("div", { class: "id" }, eni.id,
        make("small", {}, [eni.roles.join(", "), leaked ? "" : where].filter(Boolean).join(" · "))),
      make("div", { class: "cells", "aria-hidden": "true" }, ...cells),
    );
    this.drawn.set(eni.id, { eni, old, row });
    return row;
  }

  spare() {
    return make("li", { class: "eni none", "aria-hidden": "true" },
      make("div", { class: "id" }, "–"),
      make("div", { class: "cells" }, this.cell(null, false)));
  }

  static told(eni) {
    const counts = new Map();
    for (const cell of eni.cells)
      for (const letter of cell ? cell[1] : "") counts.set(letter, (counts.get(letter) || 0) + 1);
    const parts = [...counts].map(([letter, count]) => `${count} ${STATES[letter][0]}`);
    return `${[eni.id, ...eni.roles].join(", ")}: ${parts.join(", ") || "no addresses"}`;
  }

  // What a slot holds, in words.
  static says(cell) {
    if (!cell) return "empty slot: the ENI has room for one more";
    const [label, letters, pods = []] = cell;
    if (!label.includes("/")) {
      const [name, meaning] = STATES[letters];
      return `${label}, ${pods.length ? `${name}, held by ${pods[0]}` : `${name}: ${meaning}`}`;
    }
    const told = [..."afcxugsl"]
      .map((letter) => [letter, NodeView.count(letters, letter)])
      .filter(([, count]) => count)
      .map(([letter, count]) => `${count} ${STATES[letter][0]}`);
    const holders = pods.length ? ` (${pods.slice(0, 4).join(", ")}${pods.length > 4 ? ", …" : ""})` : "";
    return `${label}: ${told.join(", ") || "unused"}${holders}`;
  }

  static count(letters, letter) { return [...letters].filter((each) => each === letter).length; }

  cell(cell, isNew) {
    const fresh = isNew ? " new" : "";
    const title = NodeView.says(cell);
    if (!cell) return make("span", { class: `cell e${this.film.blocks ? " block" : ""}${fresh}`, title });
    const [label, letters] = cell;
    if (label.includes("/")) return this.block(label, letters, title, fresh);
    const last = label.includes(":") ? label.split(":").pop() : `${label.split(".").pop()}`;
    return make("span", { class: `cell ${letters}${fresh}`, title }, last);
  }

  block(label, letters, title, fresh) {
    if (label.includes(":")) {
      return make("span", { class: `cell huge${fresh}`, title }, `/80: ${counted(NodeView.count(letters, "a"), "pod")}`);
    }
    const inner = [...letters].map((letter) => make("i", { class: letter }));
    return make("span", { class: `cell block${letters.length > 16 ? " wide" : ""}${fresh}`, title }, ...inner);
  }
}
