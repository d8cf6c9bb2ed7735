// What is shown, as one plain value that fits into the address of the page: whoever opens the address sees the same.

import { COLOURS, SIZES } from "./measures.js";

const NAMES = ["tab", "select", "pair", "focus", "depth", "matrix", "table", "sort", "page", "edges", "impact", "only", "size", "colour"];
const LISTS = ["open", "shut", "hide", "show"];

export const START = {
  tab: "map",
  select: "", // the id of the node whose details are shown
  pair: "", // or of two, "source>target" in the encoding of the address, whose edges are shown
  focus: "", // the id of the node whose neighbourhood is shown instead of the map
  only: "", // the kind of edges that alone it follows, "" for all dependencies
  depth: "1",
  matrix: "folder/", // the folder whose parts the matrix shows
  table: "files",
  sort: "",
  page: "0",
  edges: "60", // at most so many edges on the map
  size: "lines", // what the circles of files and folders are sized by, and coloured by: see measures.js
  colour: "language",
  impact: "", // the id of the selected node, where what breaks if it changes is shown in place of its details
  open: [], // opened beyond those that are open at first
  shut: [],
  hide: [], // kinds hidden beyond those that are hidden at first
  show: [],
};

/** The address' part behind "#" for a state. */
export function toHash(state) {
  const parts = [];
  for (const name of NAMES) if (state[name] !== START[name]) parts.push(`${name}=${encodeURIComponent(state[name])}`);
  for (const name of LISTS) {
    if (state[name].length) parts.push(`${name}=${state[name].map((each) => encodeURIComponent(each)).join(",")}`);
  }
  return parts.join("&");
}

/** The state that an address tells; what it does not tell, or tells wrongly, is as at the start. */
export function fromHash(hash) {
  const state = { ...START };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [name, value = ""] = part.split("=", 2);
    try {
      if (NAMES.includes(name)) state[name] = decodeURIComponent(value);
      else if (LISTS.includes(name)) state[name] = value.split(",").filter(Boolean).map(decodeURIComponent);
    } catch {
      // a mangled address
    }
  }
  if (!["map", "matrix", "table"].includes(state.tab)) state.tab = START.tab;
  for (const name of ["depth", "page", "edges"]) if (!/^\d{1,6}$/.test(state[name])) state[name] = START[name];
  if (!(state.size in SIZES)) state.size = START.size;
  if (!(state.colour in COLOURS)) state.colour = START.colour;
  return state;
}

/** Holds the state, tells listeners of changes, and keeps the address up to date. */
export class Store {
  #listeners = [];

  constructor(hash, initial = {}) {
    this.state = { ...fromHash(hash), ...(hash.length > 1 ? {} : initial) };
    addEventListener("hashchange", () => this.#become(fromHash(location.hash)));
  }

  listen(listener) {
    this.#listeners.push(listener);
  }

  set(changes) {
    this.#become({ ...this.state, ...changes });
    const hash = toHash(this.state);
    if (hash !== location.hash.slice(1)) {
      try {
        history.pushState(null, "", hash ? `#${hash}` : location.pathname + location.search);
      } catch {
        // a sandboxed frame has no history
      }
    }
  }

  #become(state) {
    const before = this.state;
    this.state = state;
    for (const listener of this.#listeners) listener(state, before);
  }
}

/** The list with or without a member. */
export const toggled = (list, member, wanted) =>
  wanted === list.includes(member) ? list : wanted ? [...list, member] : list.filter((each) => each !== member);
