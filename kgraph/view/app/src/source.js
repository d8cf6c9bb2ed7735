// Where answers come from: the page itself, or the server that sent it. Both know the same questions, and answer as the
// API of `kgraph serve` does (kgraph/view/data.py describes the answers).

import { impactOf } from "./impact.js";

/** Answers from what the page carries: the file graph, matrices, and the neighbourhood that it was made for. */
export class EmbeddedSource {
  symbols = false; // whether all symbols can be asked for

  constructor(carried) {
    this.carried = carried;
  }

  async overview() {
    return this.carried.overview;
  }

  use(model) {
    this.model = model;
  }

  async matrix(folder) {
    return this.carried.matrices?.[folder] ?? null;
  }

  hasMatrix(folder) {
    return Boolean(this.carried.matrices?.[folder]);
  }

  hasSource() {
    return false;
  }

  card(number) {
    const { model } = this;
    const id = model.id(number);
    if (model.isFile(number)) {
      const [kind, path] = [model.language(number), model.filePath[number]];
      return { id, class: "File", kind, label: model.files.name[number] || path, path, line: null };
    }
    if (model.isFolder(number)) {
      const path = model.name(number);
      const label = path === "." ? model.repository.name : path.split("/").at(-1);
      return { id, class: "Folder", kind: "Folder", label, path, line: null };
    }
    const at = number - model.fileCount;
    return {
      id,
      class: "External",
      kind: model.externals.kind[at],
      label: model.externals.name[at],
      path: null,
      line: null,
    };
  }

  async node(id, { offset = 0, limit = 100, kind = "", direction = "" } = {}) {
    const carried = this.carried.nodes?.[id];
    const { model } = this;
    const number = model.numbers.get(id);
    if (number === undefined) {
      if (!carried) throw new Error("this page does not carry it: ask `kgraph serve`");
      const rows = carried.edges.rows.filter(
        (row) => (!kind || row.kind === kind) && (!direction || row.direction === direction),
      );
      return { ...carried, edges: { total: rows.length, offset, rows: rows.slice(offset, offset + limit) } };
    }
    const counts = [];
    const rows = [];
    for (const [each, edges] of Object.entries(model.edges)) {
      for (const way of ["out", "in"]) {
        const ends = way === "out" ? [edges.source, edges.target] : [edges.target, edges.source];
        let count = 0;
        for (let at = 0; at < edges.source.length; at++) {
          if (ends[0][at] !== number) continue;
          count++;
          if ((kind && kind !== each) || (direction && direction !== way)) continue;
          const path = model.name(edges.source[at]);
          rows.push({
            kind: each,
            direction: way,
            other: this.card(ends[1][at]),
            path,
            line: edges.line?.[at] || null,
            note: "",
          });
        }
        if (count) counts.push({ kind: each, direction: way, count });
      }
    }
    const facts = [];
    if (model.isFile(number)) {
      if (model.language(number)) facts.push(["language", model.language(number)]);
      facts.push(["lines", model.files.lines[number]]);
      const missing = model.notAnalysed(number);
      if (missing) facts.push(["not analysed", missing]);
    }
    return {
      ...this.card(number),
      ...{ name: model.name(number), facts, documentation: null, places: [], counts, parents: this.#parents(number) },
      edges: { total: rows.length, offset, rows: rows.slice(offset, offset + limit) },
    };
  }

  #parents(number) {
    const { model } = this;
    if (model.isFile(number)) {
      const folder = model.files.folder[number];
      return [...model.above(folder), folder].map((each) => this.card(model.firstFolder + each));
    }
    if (model.isFolder(number))
      return model.above(number - model.firstFolder).map((each) => this.card(model.firstFolder + each));
    return [];
  }

  async children() {
    return null;
  }

  async impact(id, to = "") {
    const { model } = this;
    const row = this.carried.searched.rows.find((each) => this.carried.searched.nodes[each[3]] === id);
    const path = row ? this.carried.searched.paths[row[8]] : null;
    const number = model.numbers.get(id) ?? (path ? model.filePath.indexOf(path) : -1);
    if (number < 0 || (!model.isFile(number) && !model.isFolder(number)))
      throw new Error("this page does not know what depends on it: ask `kgraph serve`");
    this.tests ??= this.#tests();
    const answer = impactOf(model, number, this.card(number), this.tests, to);
    if (model.id(number) !== id) answer.notes.unshift("the page knows files alone: this is about the file it stands in");
    return answer;
  }

  /** The files that are tests, as search knows them. */
  #tests() {
    const { rows, nodes } = this.carried.searched;
    const marked = rows.filter((row) => row[2] === "File" && row[5]).map((row) => this.model.numbers.get(nodes[row[3]]));
    return new Set(marked);
  }

  async neighbours(id, depth, kinds = [], limit = 150) {
    const carried = this.carried.neighbours;
    if (carried && !kinds.length && carried.centre === id && (carried.depth === depth || !this.model.numbers.has(id))) return carried;
    const { model } = this;
    const centre = model.numbers.get(id);
    if (centre === undefined) throw new Error("this page does not carry its neighbourhood: ask `kgraph serve`");
    const followed = Object.keys(model.edges).filter((kind) =>
      kinds.length ? kinds.includes(kind) : kind !== "related",
    );
    const cones = [1, -1].map((sign) => cone(model, followed, centre, sign, depth));
    const used = new Set(cones[0].map(([each]) => each));
    cones[1] = cones[1].filter(([each]) => !used.has(each)); // what is on both sides is shown among what is used
    const room = limit - 1;
    const half = Math.floor(room / 2);
    const out = cones[0].slice(0, Math.max(half, room - cones[1].length));
    const into = cones[1].slice(0, room - out.length);
    const steps = new Map([[centre, 0], ...out, ...into]);
    const chosen = [...steps.keys()];
    const place = new Map(chosen.map((each, at) => [each, at]));
    const edges = [];
    for (const kind of followed) {
      const { source, target, line } = model.edges[kind];
      for (let at = 0; at < source.length; at++) {
        if (!place.has(source[at]) || !place.has(target[at])) continue;
        edges.push({ source: place.get(source[at]), target: place.get(target[at]), kind, line: line?.[at] || null });
      }
    }
    const total = 1 + cones[0].length + cones[1].length;
    const nodes = chosen.map((each) => ({ ...this.card(each), step: steps.get(each) }));
    return { centre: id, depth, kinds: followed, nodes, edges, total, omitted: total - chosen.length };
  }

  async search(query, limit = 30) {
    const { rows, nodes, paths, omitted } = this.carried.searched;
    const found = globalThis.kgraphRanking.ranked(rows, query.slice(0, 300));
    const shown = found.slice(0, limit).map(([row, tier]) => {
      const match = tier <= 2 ? "exact" : tier <= 3 ? "prefix" : "part";
      const overloads = row[10];
      const node = nodes[row[3]];
      const number = this.model.numbers.get(node);
      const isNode = ["File", "Folder"].includes(row[2]) || row[2].startsWith("External") || row[2] === "Package";
      if (isNode && number !== undefined) return { ...this.card(number), match, overloads };
      const place = { path: paths[row[8]] || null, line: row[9] || null };
      const symbol = isNode ? row[2] : "Symbol";
      return { id: node, class: symbol, kind: row[2], label: row[1], ...place, match, overloads };
    });
    return { query, total: found.length, rows: shown, omitted };
  }

  async table(kind, offset, limit, sort) {
    const { model } = this;
    const kinds = [
      "files",
      "folders",
      ...(model.externals.id.length ? ["externals"] : []),
      ...Object.keys(model.edges),
    ];
    const { columns, order, row, id } = this.#columns(kind);
    const by = columns.indexOf(sort.replace(/^-/, ""));
    if (by >= 0) {
      const sign = sort.startsWith("-") ? -1 : 1;
      const keys = order.map((at) => row(at)[by]);
      const places = [...order.keys()].sort((a, b) => sign * compare(keys[a], keys[b]) || a - b);
      order.splice(0, order.length, ...places.map((place) => order[place]));
    }
    const page = order.slice(offset, offset + limit);
    return { kind, kinds, columns, rows: page.map(row), ids: page.map(id), total: order.length, offset, sort };
  }

  #columns(kind) {
    const { model } = this;
    const range = (length) => [...Array(length).keys()];
    const { files, folders, externals } = model;
    if (kind === "files") {
      const fans = model.level === "files" ? model.fans() : null;
      const row = (at) => [
        ...[model.filePath[at], model.language(at), files.lines[at]],
        ...(fans ? [fans[1][at], fans[0][at]] : []),
        ...(files.commits ? [files.commits[at], files.people?.[files.owner[at]] ?? null] : []),
        ...(files.rebuilds ? [files.rebuilds[at]] : []),
      ];
      return {
        columns: ["path", "language", "lines", ...(fans ? ["used by", "needs"] : []), ...(files.commits ? ["commits", "owner"] : []), ...(files.rebuilds ? ["rebuilds"] : [])],
        order: range(model.fileCount),
        row,
        id: (at) => model.fileId[at],
      };
    }
    if (kind === "folders") {
      const row = (at) => [folders.path[at], model.below[at]];
      return { columns: ["path", "files"], order: range(folders.id.length), row, id: (at) => folders.id[at] };
    }
    if (kind === "externals") {
      const row = (at) => [externals.name[at], externals.kind[at]];
      return { columns: ["spelling", "kind"], order: range(externals.id.length), row, id: (at) => externals.id[at] };
    }
    const { source, target, line } = model.edges[kind] ?? { source: [], target: [] };
    const row = (at) => [model.name(source[at]), model.name(target[at]), ...(line ? [line[at] || null] : [])];
    const columns = ["from", "to", ...(line ? ["line"] : [])];
    return { columns, order: range(source.length), row, id: (at) => model.id(source[at]) };
  }
}

const compare = (a, b) => (a === b ? 0 : a === null || a === "" ? 1 : b === null || b === "" ? -1 : a < b ? -1 : 1);

function cone(model, kinds, centre, sign, depth) {
  const seen = new Set([centre]);
  const found = [];
  let ring = new Set([centre]);
  for (let step = 1; step <= depth && ring.size; step++) {
    const next = new Set();
    for (const kind of kinds) {
      const { source, target } = model.edges[kind];
      const [near, far] = sign > 0 ? [source, target] : [target, source];
      for (let at = 0; at < near.length; at++) {
        if (ring.has(near[at]) && !seen.has(far[at])) next.add(far[at]);
      }
    }
    const sorted = [...next].sort((a, b) => model.degree[b] - model.degree[a] || a - b);
    for (const each of sorted) {
      seen.add(each);
      found.push([each, sign * step]);
    }
    ring = next;
  }
  return found;
}

/** Asks the server that sent the page. */
export class ServerSource {
  symbols = true;

  constructor(address = "api/") {
    this.address = address;
    this.matrices = new Map();
  }

  async #ask(what, parameters = {}) {
    const query = new URLSearchParams(
      Object.entries(parameters).filter(([, value]) => value !== "" && value !== undefined),
    );
    const response = await fetch(`${this.address}${what}?${query}`, { headers: { accept: "application/json" } });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error ?? `the server answers ${response.status}`);
    return answer;
  }

  overview() {
    return this.#ask("overview");
  }

  use() {}

  hasMatrix() {
    return true;
  }

  hasSource() {
    return true;
  }

  matrix(folder) {
    return this.#ask("matrix", { folder });
  }

  node(id, options = {}) {
    return this.#ask("node", { id, ...options });
  }

  children(id) {
    return this.#ask("children", { id });
  }

  neighbours(id, depth, kinds = []) {
    return this.#ask("neighbours", { id, depth, kinds: kinds.join(",") });
  }

  impact(id, to = "") {
    return this.#ask("impact", { id, to });
  }

  search(q, limit = 30) {
    return this.#ask("search", { q, limit });
  }

  table(kind, offset, limit, sort) {
    return this.#ask("table", { kind, offset, limit, sort });
  }

  source(path, from, to) {
    return this.#ask("source", { path, from, to });
  }
}
