// Kinds of nodes and edges: what the legend lists, in which colours, and what is hidden at first.

const MOST = 7; // languages with a colour of their own
export const OTHER = "other files";
export const FOLDER = "folders";
export const EXTERNAL = "external";
export const TESTS = "test files";
export const VENDORED = "vendored files";
const NEEDS = ["includes", "imports"];

const SYMBOLS = {
  types: ["Class", "Struct", "Union", "Enum", "TypeAlias", "Concept"],
  functions: ["Function", "Method", "Constructor", "Destructor", "Conversion"],
  data: ["Field", "Variable", "Enumerator", "Property"],
  macros: ["Macro"],
  scopes: ["Namespace", "Module", "Heading", "Target"],
};
const GROUP_OF = new Map(Object.entries(SYMBOLS).flatMap(([group, kinds]) => kinds.map((kind) => [kind, group])));

// Colours that differ for most eyes, also in print, and stand out from both backgrounds.
const NODE_COLOURS = ["#4477aa", "#ddaa33", "#228833", "#aa3377", "#ee7733", "#009988", "#8866cc"];
const FIXED = {
  [OTHER]: "#8a929c",
  [FOLDER]: "#8a929c",
  [EXTERNAL]: "#b3aca2",
  types: "#cc6644",
  functions: "#3388aa",
  data: "#77993c",
  macros: "#aa5599",
  scopes: "#8a929c",
};
export const EDGE_COLOURS = {
  includes: "#4a7fb5",
  imports: "#b8860b",
  calls: "#3388aa",
  references: "#77993c",
  inherits: "#cc6644",
  links: "#2f8f6b",
  related: "#9a6fb8",
  tests: "#ee7733",
  binds: "#aa3377",
  contains: "#9aa3ad",
};

export class Kinds {
  constructor(model) {
    const counts = new Map();
    for (let file = 0; file < model.fileCount; file++) {
      const language = model.language(file);
      if (language) counts.set(language, (counts.get(language) ?? 0) + model.weight(file));
    }
    const ranked = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST);
    this.colours = new Map(ranked.map(([language], at) => [language, NODE_COLOURS[at]]));
    this.nodes = ranked.map(([name, count]) => ({ name, count }));
    const named = ranked.reduce((sum, [, count]) => sum + count, 0);
    const all = model.files.name.reduce((sum, _, file) => sum + model.weight(file), 0);
    if (all > named) this.nodes.push({ name: OTHER, count: all - named });
    if (model.externals.id.length) this.nodes.push({ name: EXTERNAL, count: model.externals.id.length });
    this.edges = Object.entries(model.edges).map(([name, edges]) => ({
      name,
      count: model.counts.edges[name] ?? edges.source.length,
    }));
    // Parts that a reader may want to leave out, whatever their languages.
    this.parts = [];
    this.partOf = new Uint8Array(model.fileCount); // bits
    for (const [bit, name, files] of [
      [1, TESTS, model.files.tests],
      [2, VENDORED, model.files.vendored],
    ]) {
      if (!files?.length) continue;
      for (const file of files) this.partOf[file] |= bit;
      this.parts.push({ name, count: files.length, bit });
    }
    // The map begins with what can be followed by eye; a neighbourhood with all that is a use.
    const needs = this.edges.some(({ name }) => NEEDS.includes(name));
    const others = this.edges.map(({ name }) => name).filter((name) => needs && !NEEDS.includes(name));
    this.hiddenOnMap = new Set([EXTERNAL, "related", ...others]);
    this.hiddenAround = new Set(["related"]);
    this.hiddenFarAround = new Set([EXTERNAL, "related"]); // of several steps, most nodes were standard headers
    // Which kind each file is of, as a place in `nodes`.
    const places = new Map(this.nodes.map(({ name }, at) => [name, at]));
    this.ofFile = Int8Array.from(
      { length: model.fileCount },
      (_, file) => places.get(model.language(file)) ?? places.get(OTHER) ?? 0,
    );
  }

  hiddenAtFirst(state) {
    if (!state.focus) return this.hiddenOnMap;
    return Number(state.depth) > 1 ? this.hiddenFarAround : this.hiddenAround;
  }

  hidden(state) {
    const hidden = new Set([...this.hiddenAtFirst(state), ...state.hide]);
    for (const name of state.show) hidden.delete(name);
    return hidden;
  }

  /** Which files are shown, of a set of what is hidden: a function. */
  visible(hidden) {
    const shown = this.nodes.map(({ name }) => !hidden.has(name));
    const left = this.parts.reduce((bits, { name, bit }) => bits | (hidden.has(name) ? bit : 0), 0);
    return (file) => shown[this.ofFile[file]] && !(this.partOf[file] & left);
  }

  /** The state with a kind shown or hidden. */
  toggle(state, name, shown) {
    const first = !this.hiddenAtFirst(state).has(name);
    const without = (list) => list.filter((each) => each !== name);
    return {
      hide: !shown && first ? [...without(state.hide), name] : without(state.hide),
      show: shown && !first ? [...without(state.show), name] : without(state.show),
    };
  }

  colour(name) {
    return this.colours.get(name) ?? FIXED[name] ?? FIXED[OTHER];
  }

  /** The legend's name for the kind of a card: a language, a group of symbols, ... */
  ofCard(card) {
    if (card.class === "Symbol") return GROUP_OF.get(card.kind) ?? "scopes";
    if (card.class === "Folder") return FOLDER;
    if (card.class === "External") return EXTERNAL;
    return this.colours.has(card.kind) ? card.kind : OTHER;
  }
}

export const edgeColour = (kind) => EDGE_COLOURS[kind] ?? "#8a929c";
