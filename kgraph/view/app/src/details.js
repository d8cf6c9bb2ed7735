// The panel beside the view: all about one node, or about the edges between two.

import { fill, h, number, plural } from "./dom.js";
import { drawImpact } from "./impact.js";
import { edgeColour } from "./kinds.js";
import { OUTSIDE } from "./model.js";

const PAGE = 25;
const CALLABLE = new Set(["Function", "Method", "Constructor", "Destructor", "Conversion"]);
const WAYS = {
  includes: ["includes", "included by"],
  imports: ["imports", "imported by"],
  links: ["links to", "linked from"],
  related: ["belongs with", "belongs to the list of"],
  contains: ["contains", "contained in"],
  calls: ["calls", "called by"],
  references: ["refers to", "referred to by"],
  inherits: ["inherits from", "inherited by"],
};
export const way = (kind, direction) =>
  WAYS[kind]?.[direction === "out" ? 0 : 1] ?? (direction === "out" ? kind : `${kind}, to here`);

export class Details {
  #turn = 0; // answers that come late are dropped

  constructor(element, { model, source, told, link, kinds, members }) {
    Object.assign(this, { element, model, source, told, link, kinds, members });
  }

  clear() {
    this.#turn++;
    fill(
      this.element,
      h("p", { class: "note" }, "Click a circle, a row or a cell to see what it is and what it needs."),
    );
  }

  /** All about a node. */
  async show(id, state) {
    const turn = ++this.#turn;
    const folder = id === OUTSIDE ? -1 : this.model.folderOf(id);
    if (folder >= 0 || id === OUTSIDE) {
      this.#group(id, folder, state);
      return;
    }
    try {
      const node = await this.source.node(id, { limit: 0 });
      if (turn === this.#turn) this.#node(node);
    } catch (error) {
      if (turn === this.#turn) fill(this.element, h("h2", {}, id), h("p", { class: "note" }, error.message));
    }
  }

  /** What breaks if a node changes. */
  async impact(id) {
    const turn = ++this.#turn;
    const panel = h("div");
    fill(this.element, panel);
    const ask = (to) => this.source.impact(id, to);
    const context = {
      told: this.told,
      place: (path, line) => this.#place(path, line),
      back: () => this.told({ select: id }),
    };
    try {
      await drawImpact(panel, ask, context);
    } catch (error) {
      if (turn === this.#turn) fill(this.element, h("h2", {}, id), h("p", { class: "note" }, error.message));
    }
  }

  #head(title, kind, parents, actions) {
    return [
      h(
        "p",
        { class: "crumbs" },
        parents.map((parent) => [
          h("button", { type: "button", class: "link", click: () => this.told({ select: parent.id }) }, parent.label),
          " / ",
        ]),
      ),
      h("h2", {}, title),
      h("p", { class: "what" }, kind),
      actions.length
        ? h(
            "p",
            { class: "actions" },
            actions.map(([name, act]) => h("button", { type: "button", click: act }, name)),
          )
        : null,
    ];
  }

  #node(node) {
    const actions = [["Neighbourhood", () => this.told({ focus: node.id })]];
    if (node.class !== "External") actions.unshift(["What breaks?", () => this.told({ impact: node.id })]);
    if (CALLABLE.has(node.kind)) actions.push(["Call graph", () => this.told({ focus: node.id, only: "calls" })]);
    if (node.path) actions.push(["On the map", () => this.told({ reveal: node.id })]);
    if (this.source.symbols && node.class === "File") actions.push(["Symbols", () => this.told({ open: node.id })]);
    const kind = node.class === "Symbol" ? node.kind : node.class === "File" ? `${node.kind || "File"}` : node.kind;
    const facts = node.facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, factText(value))]);
    const place = node.class === "File" ? this.link(node.path, null, "open the source") : null;
    const places = node.places.map(({ role, path, line, end }) =>
      h("li", {}, `${role} `, this.#place(path, line, end)),
    );
    const scroll = node.counts.map(({ kind: each, direction, count }) => this.#edges(node, each, direction, count));
    fill(
      this.element,
      this.#head(
        node.class === "Symbol" ? node.label : node.name?.split("/").at(-1) || node.label,
        kind,
        node.parents,
        actions,
      ),
      node.path && node.class === "File" ? h("p", { class: "path" }, node.path, place ? " · " : "", place) : null,
      h("dl", { class: "facts" }, facts),
      places.length ? h("ul", { class: "places" }, places) : null,
      node.documentation
        ? h(
            "details",
            { open: node.documentation.length < 600 },
            h("summary", {}, "Documentation"),
            h("pre", {}, node.documentation),
          )
        : null,
      this.source.hasSource() && node.path ? this.#sourceButton(node) : null,
      scroll,
    );
  }

  #sourceButton(node) {
    const shown = h("div");
    const from = Math.max(1, (node.line ?? 1) - 3);
    const last = node.places[0]?.end ?? from + 60;
    const load = async () => {
      const answer = await this.source
        .source(node.path, from, Math.min(last + 3, from + 400))
        .catch((error) => ({ lines: [error.message], from: 0 }));
      const lines = answer.lines.map((text, at) =>
        h(
          "tr",
          {},
          h("td", { class: "number" }, answer.from ? answer.from + at : ""),
          h("td", {}, h("code", {}, text)),
        ),
      );
      fill(
        shown,
        answer.changed ? h("p", { class: "note" }, "The file has changed since the graph was built.") : null,
        h("table", { class: "source" }, lines),
      );
    };
    return h(
      "details",
      { toggle: (event) => event.target.open && !shown.firstChild && load() },
      h("summary", {}, "Source"),
      shown,
    );
  }

  #place(path, line, end) {
    const text = line ? `${path}:${line}${end && end !== line ? `-${end}` : ""}` : path;
    return this.link(path, line, text) ?? h("span", { class: "place" }, text);
  }

  /** The edges of one kind and direction, page by page. */
  #edges(node, kind, direction, count) {
    const list = h("ul", { class: "edges" });
    const more = h("button", { type: "button", class: "more", hidden: true }, "More");
    let [shown, asked] = [0, false];
    const load = async () => {
      asked = more.disabled = true;
      const { edges } = await this.source.node(node.id, { offset: shown, limit: PAGE, kind, direction });
      list.append(...edges.rows.map((row) => this.#edge(row)));
      shown += edges.rows.length;
      more.disabled = false;
      more.hidden = shown >= edges.total || !edges.rows.length;
      more.textContent = `More (${number(edges.total - shown)})`;
    };
    more.addEventListener("click", load);
    const open = !["contains", "related"].includes(kind) || count <= 12;
    if (open) load();
    const dot = h("span", { class: "swatch line", "aria-hidden": "true" });
    dot.style.backgroundColor = edgeColour(kind);
    const summary = h("summary", {}, dot, way(kind, direction), h("span", { class: "count" }, number(count)));
    return h(
      "details",
      { open, class: "edges-of", toggle: (event) => event.target.open && !asked && load() },
      summary,
      list,
      more,
    );
  }

  #edge({ other, path, line, note, kind }) {
    const name = other.class === "Symbol" || !other.path ? other.label : other.path;
    const go = h("button", { type: "button", class: "link", click: () => this.told({ select: other.id }) }, name);
    const where = line || kind === "contains" ? (path && line ? this.#place(path, line) : null) : null;
    return h(
      "li",
      {},
      go,
      where ? [" ", h("span", { class: "at" }, where)] : null,
      note ? h("span", { class: "reason" }, note) : null,
    );
  }

  /** A folder, or its own files: numbers, languages, and what it needs of others. */
  #group(id, folder, state) {
    const { model } = this;
    const marks = this.members(id);
    const files = id === OUTSIDE ? [] : model.files.name.map((_, file) => file).filter((file) => marks[file]);
    const own = id.includes("#");
    const path = id === OUTSIDE ? "Outside of the repository" : model.folders.path[folder];
    const title =
      id === OUTSIDE || path === "." ? (path === "." ? model.repository.name : path) : path.split("/").at(-1);
    const parents =
      folder < 0
        ? []
        : model.above(folder).map((each) => ({
            id: model.folders.id[each],
            label:
              model.folders.path[each] === "." ? model.repository.name : model.folders.path[each].split("/").at(-1),
          }));
    const languages = new Map();
    let [count, lines] = [0, 0];
    for (const file of files) {
      const name = model.language(file) || "no language known";
      languages.set(name, (languages.get(name) ?? 0) + model.weight(file));
      count += model.weight(file);
      lines += model.files.lines[file];
    }
    const ranked = [...languages].sort((a, b) => b[1] - a[1]);
    const actions = [
      ["Open or close", () => this.told({ open: id })],
      ["On the map", () => this.told({ reveal: id })],
    ];
    if (!own && folder >= 0) actions.unshift(["What breaks?", () => this.told({ impact: id })]);
    if (!own && folder >= 0) actions.push(["Matrix", () => this.told({ tab: "matrix", matrix: id })]);
    const what =
      id === OUTSIDE
        ? plural(model.externals.id.length, "header or module", "headers and modules")
        : `${plural(count, "file")}, ${plural(lines, "line")}`;
    const hidden = this.kinds.hidden(state);
    const kinds = Object.keys(model.edges).filter((kind) => !hidden.has(kind));
    fill(
      this.element,
      this.#head(
        own ? `${title}/*` : title,
        own ? "files of a folder" : id === OUTSIDE ? "external" : "folder",
        parents,
        actions,
      ),
      h("p", { class: "path" }, path),
      h("p", {}, what),
      h(
        "ul",
        { class: "bars" },
        ranked.slice(0, 8).map(([name, files]) => bar(name, files, count, this.kinds)),
      ),
      this.#totals("needs", id, marks, kinds, true),
      this.#totals("needed by", id, marks, kinds, false),
    );
  }

  /** What a group needs, or who needs it, by top-level parts of the repository. */
  #totals(title, id, marks, kinds, out) {
    const { model } = this;
    const sums = new Map();
    let all = 0;
    for (const edge of model.between(out ? marks : null, out ? null : marks, kinds)) {
      const other = out ? edge.target : edge.source;
      if (marks[other]) continue;
      const key = this.#part(other);
      sums.set(key, (sums.get(key) ?? 0) + edge.count);
      all += edge.count;
    }
    if (!all) return null;
    const ranked = [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const row = ([other, count]) => {
      const pair = out ? [id, other] : [other, id];
      const name = other === OUTSIDE ? "outside" : model.folders.path[model.folderOf(other)];
      return h(
        "li",
        {},
        h("button", { type: "button", class: "link", click: () => this.told({ pair }) }, name),
        h("span", { class: "count" }, number(count)),
      );
    };
    const rest = ranked.slice(10);
    return h(
      "details",
      { open: true, class: "edges-of" },
      h("summary", {}, title, h("span", { class: "count" }, number(all))),
      h("ul", { class: "edges" }, ranked.slice(0, 10).map(row)),
      rest.length
        ? h(
            "details",
            {},
            h("summary", {}, plural(rest.length, "more folder")),
            h("ul", { class: "edges" }, rest.map(row)),
          )
        : null,
    );
  }

  /** The part of the repository, two folders deep, that a node lies in. */
  #part(number) {
    const { model } = this;
    if (number >= model.fileCount && number < model.firstFolder) return OUTSIDE;
    const folder = model.isFile(number) ? model.files.folder[number] : number - model.firstFolder;
    const chain = [...model.above(folder), folder];
    return model.folders.id[chain[Math.min(2, chain.length - 1)]];
  }

  /** The edges between two groups, one by one; `kinds` are those that count, by default those that are not hidden. */
  pair(source, target, state, kinds = null) {
    this.#turn++;
    const { model } = this;
    const hidden = this.kinds.hidden(state);
    const counted = kinds ?? Object.keys(model.edges).filter((kind) => !hidden.has(kind));
    const found = [...model.between(this.members(source), this.members(target), counted)];
    const count = found.reduce((sum, edge) => sum + edge.count, 0);
    const list = h("ul", { class: "edges" });
    const more = h("button", { type: "button", class: "more" }, "More");
    let shown = 0;
    const load = () => {
      list.append(...found.slice(shown, shown + 4 * PAGE).map((edge) => this.#between(edge)));
      shown = Math.min(found.length, shown + 4 * PAGE);
      more.hidden = shown >= found.length;
      more.textContent = `More (${number(found.length - shown)})`;
    };
    more.addEventListener("click", load);
    load();
    const name = (id) => {
      const at = model.folderOf(id.replace(/#rest$/, ""));
      if (id === OUTSIDE) return "outside";
      const path = at < 0 ? (model.numbers.has(id) ? model.name(model.numbers.get(id)) : id) : model.folders.path[at];
      return id.includes("#") ? `${path}/…` : path;
    };
    const end = (id) =>
      h(
        "button",
        { type: "button", class: "link", click: () => this.told({ select: id.replace(/#rest$/, "") }) },
        name(id),
      );
    fill(this.element, h("h2", {}, end(source), " → ", end(target)), h("p", {}, plural(count, "edge")), list, more);
  }

  #between({ kind, source, target, line, count }) {
    const { model } = this;
    const from = model.name(source);
    const dot = h("span", { class: "swatch line", title: kind });
    dot.style.backgroundColor = edgeColour(kind);
    const where = line
      ? this.#place(from, line)
      : h("button", { type: "button", class: "link", click: () => this.told({ select: model.id(source) }) }, from);
    const to = h(
      "button",
      { type: "button", class: "link", click: () => this.told({ select: model.id(target) }) },
      model.name(target),
    );
    return h("li", {}, dot, where, ` ${kind} `, to, count > 1 ? ` ×${number(count)}` : "");
  }
}

function bar(name, files, all, kinds) {
  const fillBar = h("span", { class: "fill" });
  fillBar.style.width = `${Math.max(1, (100 * files) / all)}%`;
  fillBar.style.backgroundColor = kinds.colour(name);
  return h(
    "li",
    {},
    h("span", { class: "name" }, name),
    h("span", { class: "bar", "aria-hidden": "true" }, fillBar),
    h("span", { class: "count" }, number(files)),
  );
}

const factText = (value) =>
  Array.isArray(value) ? value.join(", ") : typeof value === "number" ? number(value) : String(value);
