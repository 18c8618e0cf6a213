// Frames come as differences; each gets the whole picture, sharing what did not change.
class Film {
  constructor(shown) {
    Object.assign(this, shown);
    this.rules = shown.ruleSets;
    let enis = new Map();
    for (const frame of this.frames) {
      if (frame.d) enis = Film.changed(enis, frame.d);
      frame.enis = enis;
      frame.numbers = Object.fromEntries([
        ...this.quantities.map((name, at) => [name, frame.q[at]]),
        ...this.extra.map((name, at) => [name, (frame.x || [])[at] || 0]),
      ]);
    }
    this.rarity = this.countRules();
  }

  static changed(before, changes) {
    const enis = new Map(before);
    for (const [id, change] of Object.entries(changes)) {
      if (change === null) {
        enis.delete(id);
        continue;
      }
      const old = enis.get(id) || { id, cells: [] };
      const cells = old.cells.slice();
      for (const [slot, cell] of Object.entries(change.s || {})) cells[Number(slot)] = cell;
      while (cells.length && !cells[cells.length - 1]) cells.pop();
      const [card, device, subnet, roles] = change.h || [old.card, old.device, old.subnet, old.roles];
      enis.set(id, { id, card, device, subnet, roles, cells });
    }
    return enis;
  }

  // Attached ENIs by card and device, those of the store alone after them, leaked ones last.
  static rows(frame) {
    const rank = (eni) =>
      eni.roles.includes("leaked") ? 2 : eni.roles.includes("in the store only") ? 1 : 0;
    return [...frame.enis.values()].sort(
      (one, other) =>
        rank(one) - rank(other) || one.card - other.card || one.device - other.device ||
        (one.id < other.id ? -1 : 1),
    );
  }

  countRules() {
    const found = new Map();
    for (const frame of this.frames)
      for (const rule of this.rules[frame.f]) found.set(rule, (found.get(rule) || 0) + 1);
    return found;
  }

  // The rules of a frame, those that fire most seldom in this film first.
  rulesOf(frame) {
    return [...this.rules[frame.f]].sort((one, other) => this.rarity.get(one) - this.rarity.get(other));
  }

  get length() { return this.frames.length; }

  has(name) { return this.frames.some((frame) => frame.numbers[name]); }

  get blocks() {
    this.knownBlocks ??= this.frames.some((frame) =>
      [...frame.enis.values()].some((eni) => eni.cells.some((cell) => cell && cell[0].includes("/"))));
    return this.knownBlocks;
  }

  get mostRows() {
    this.knownRows ??= Math.max(0, ...this.frames.map((frame) => frame.enis.size));
    return this.knownRows;
  }
}
