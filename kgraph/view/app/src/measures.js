// What circles are sized and coloured by: lines, how many files use one, commits, units to compile again, owners.

import { h, number } from "./dom.js";

export const SIZES = {
  lines: "lines",
  files: "number of files",
  used: "files that use it",
  commits: "commits",
  rebuilds: "units to rebuild",
};
export const COLOURS = {
  language: "language",
  commits: "churn: commits",
  used: "fan-in: files that use it",
  rebuilds: "rebuild cost: units",
  owner: "owner: most commits",
};
// From few to many, apart from both backgrounds and for most eyes.
const STEPS = ["#7fa8c9", "#8aa04a", "#d9a321", "#d9662b", "#a8243f"];
const PEOPLE = ["#4477aa", "#ddaa33", "#228833", "#aa3377", "#ee7733", "#009988", "#8866cc"];
const OTHERS = "#8a929c";

export class Measures {
  constructor(model) {
    this.model = model;
    this.scales = new Map();
    const files = new Map(); // by owner
    model.files.owner?.forEach((owner, file) => owner >= 0 && files.set(owner, (files.get(owner) ?? 0) + model.weight(file)));
    this.owners = [...files].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, PEOPLE.length);
    this.placeOfOwner = new Map(this.owners.map(([owner], at) => [owner, at]));
  }

  /** The names that the model can answer, of sizes or colours. */
  known(names) {
    const { files, level } = this.model;
    const has = { commits: files.commits, rebuilds: files.rebuilds, owner: files.owner, used: level === "files" };
    return Object.keys(names).filter((name) => !(name in has) || has[name]);
  }

  /** A number of a file. */
  of(name, file) {
    const { model } = this;
    switch (name) {
      case "lines":
        return model.files.lines[file];
      case "commits":
        return model.files.commits?.[file] ?? 0;
      case "rebuilds":
        return model.files.rebuilds?.[file] ?? 0;
      case "used":
        return model.fans()[1][file];
      default:
        return model.weight(file);
    }
  }

  /** How large the circle of a file is: what has nothing of a measure is small, and not gone. */
  area(name, file) {
    return Math.max(this.of(name, file), this.#least(name));
  }

  #least(name) {
    const key = `${name} least`;
    if (!this.scales.has(key)) {
      let sum = 0;
      for (let file = 0; file < this.model.fileCount; file++) sum += this.of(name, file);
      this.scales.set(key, Math.max(1e-6, (0.05 * sum) / Math.max(1, this.model.fileCount)));
    }
    return this.scales.get(key);
  }

  /** The bounds between the steps of colours: of the files that have any of it, a fifth is in each, where that can be. */
  #bounds(name) {
    if (!this.scales.has(name)) {
      const values = this.model.files.name.map((_, file) => this.of(name, file)).filter((value) => value > 0);
      values.sort((a, b) => a - b);
      const at = (part) => values[Math.min(values.length - 1, Math.floor(part * values.length))] ?? 1;
      this.scales.set(name, [...new Set([0.2, 0.4, 0.6, 0.8].map(at))]);
    }
    return this.scales.get(name);
  }

  /** The colour of what stands for some files, "" for that of its language: their mean, or who owns the most. */
  colour(name, files) {
    if (name === "language" || !files.length) return "";
    if (name === "owner") {
      const counts = new Map();
      for (const file of files) {
        const owner = this.model.files.owner?.[file] ?? -1;
        if (owner >= 0) counts.set(owner, (counts.get(owner) ?? 0) + this.model.weight(file));
      }
      const [most] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      return most ? (PEOPLE[this.placeOfOwner.get(most[0])] ?? OTHERS) : OTHERS;
    }
    let [sum, count] = [0, 0];
    for (const file of files) {
      sum += this.of(name, file);
      count += this.model.weight(file);
    }
    const mean = Math.ceil(sum / count);
    return mean ? STEPS[this.#bounds(name).filter((bound) => mean > bound).length] : OTHERS;
  }

  /** What the colours mean: rows of [colour, words]. */
  key(name) {
    if (name === "language") return [];
    if (name === "owner") {
      const { people } = this.model.files;
      return [...this.owners.map(([owner, count], at) => [PEOPLE[at], people[owner], count]), [OTHERS, "others, or unknown"]];
    }
    const bounds = this.#bounds(name);
    const rows = [...bounds, Infinity].map((bound, at) => {
      const from = at ? bounds[at - 1] + 1 : 1;
      const words = bound === Infinity ? `${number(from)} and more` : from >= bound ? number(bound) : `${number(from)} to ${number(bound)}`;
      return [STEPS[at], words];
    });
    return [[OTHERS, "none"], ...rows];
  }
}

/** The choice of sizes and colours, with what the colours mean. */
export function drawMeasures(measures, state, change, swatch) {
  const choice = (id, label, names, chosen, name) =>
    h(
      "p",
      { class: "limit" },
      h("label", { for: id }, `${label} `),
      h(
        "select",
        { id, change: (event) => change({ [name]: event.target.value }) },
        measures.known(names).map((each) => h("option", { value: each, selected: each === chosen }, names[each])),
      ),
    );
  const rows = measures.key(state.colour).map(([colour, words, count]) =>
    h("li", { class: "kind" }, swatch("dot", colour), h("span", { class: "name" }, words), count ? h("span", { class: "count" }, number(count)) : null),
  );
  return h(
    "fieldset",
    {},
    h("legend", {}, "Circles"),
    choice("size-by", "Size", SIZES, state.size, "size"),
    choice("colour-by", "Colour", COLOURS, state.colour, "colour"),
    rows.length ? h("ul", { class: "key" }, rows) : null,
    rows.length && state.colour !== "owner" ? h("p", { class: "note" }, "A folder has the colour of the mean of its files.") : null,
  );
}
