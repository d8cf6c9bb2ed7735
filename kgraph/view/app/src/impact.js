// What breaks if something changes: the panel of one node, and the answer for a page that has no server.

import { fill, h, number, plural } from "./dom.js";

export const UNITS = /\.(c|cc|cpp|cxx|cu|m|mm)$/; // files that a compiler is called with: kgraph/languages.py
const FOLLOWED = ["includes", "imports", "needs", "calls", "references", "inherits", "binds"];
const ROWS = 30;
const PARTS = 12;
const NO_SERVER =
  "this page has no server: dependents are whole files, by the edges that the page carries; which symbols they use, how " +
  "sure that is, what usually changes in the same commit and who changed it is what `kgraph serve` tells";

/** Draws the answer about a node into an element; `ask` gives it, for a text that dependents are sought by. */
export async function drawImpact(element, ask, { told, place, back }) {
  fill(element, h("p", { class: "note" }, "Following what depends on it …"));
  const answer = await ask("");
  const found = h("div");
  const box = h("input", {
    type: "search",
    id: "why",
    placeholder: "Why does … depend on it?",
    "aria-label": "Find a dependent or test by name or path",
    input: async (event) => {
      const text = event.target.value;
      const narrowed = await ask(text);
      if (box.value === text) drawReached(found, narrowed, text, { told, place });
    },
  });
  drawReached(found, answer, "", { told, place });
  fill(
    element,
    h("p", { class: "crumbs" }, h("button", { type: "button", class: "link", click: back }, "Back to its details")),
    h("h2", {}, `What breaks if ${answer.label} changes`),
    h("ul", { class: "impact" }, headlines(answer)),
    answer.parts.length
      ? section(
          "Dependents by part",
          answer.parts.length,
          answer.parts.map((part) =>
            h("li", {}, part.path === "." ? "top folder" : part.path, h("span", { class: "count" }, [plural(part.count, "file"), part.certainty === null ? null : sure(part.certainty)].filter(Boolean).join(" · "))),
          ),
        )
      : null,
    answer.together?.length
      ? section(
          "Usually changes with it",
          answer.together.length,
          answer.together.map((each) =>
            h(
              "li",
              {},
              h("button", { type: "button", class: "link", click: () => told({ select: each.id }) }, each.path),
              h("span", { class: "reason" }, `in ${number(each.together)} of ${plural(each.commits, "commit")}`),
            ),
          ),
        )
      : null,
    answer.people?.length
      ? section(
          "Who knows it",
          answer.people.length,
          answer.people.map((each) =>
            h(
              "li",
              {},
              each.name,
              h(
                "span",
                { class: "reason" },
                `${number(each.commits)} of ${plural(each.of, "commit")}, the last on ${each.last}`,
              ),
            ),
          ),
        )
      : null,
    answer.dependents.total || answer.tests.total ? box : null,
    found,
    answer.notes.length
      ? section("How far to trust it", answer.notes.length, answer.notes.map((note) => h("li", {}, note)))
      : null,
  );
}

function headlines({ units, tests, dependents, sure: counts }) {
  const line = (name, text) => h("li", {}, h("strong", {}, name), " ", text);
  const all = counts ? counts.certain + counts.likely + counts.possible : 0;
  return [
    line(
      "To compile:",
      units ? `${plural(units.count, "unit")}; ${plural(units.includers, "file")} include it` : "no unit includes it",
    ),
    line("Tests to run:", counts ? `${number(tests.total)} of ${number(tests.of)}` : plural(tests.total, "file")),
    line("Other dependents:", `${dependents.capped ? "at least " : ""}${counts ? number(dependents.total) : plural(dependents.total, "file")}`),
    all
      ? line(
          "How sure:",
          `${number(counts.certain)} certain, ${number(counts.likely)} likely, ${number(counts.possible)} possible`,
        )
      : null,
  ];
}

function drawReached(element, answer, text, context) {
  const rows = (each) => each.rows.map((row) => reached(row, context));
  const title = (name, { total, rows: shown }) =>
    text ? `${name} that match` : shown.length < total ? `${name}, the surest` : name;
  const groups = [
    ["Tests", answer.tests],
    ["Dependents", answer.dependents],
  ];
  fill(
    element,
    groups.map(([name, each]) =>
      each.rows.length ? section(title(name, each), text ? each.rows.length : each.total, rows(each)) : null,
    ),
    text && !groups.some(([, each]) => each.rows.length)
      ? h("p", { class: "note" }, "Nothing of this name was found to depend on it.")
      : null,
  );
}

/** One that is reached, and on demand the way there, each step with the line that shows it. */
function reached(row, { told, place }) {
  const name = h("button", { type: "button", class: "link", click: () => told({ select: row.id }) }, row.name);
  const way = row.steps.map((step) =>
    h("li", {}, `${step.node} ${step.how} it`, step.path ? [" in ", place(step.path, step.line)] : null),
  );
  return h(
    "li",
    {},
    row.id ? name : row.name,
    row.path && row.path !== row.name ? [" ", h("span", { class: "at" }, place(row.path, row.line))] : null,
    h(
      "details",
      { class: "why" },
      h("summary", {}, row.certainty === null ? "why" : `${sure(row.certainty)}: why`),
      h("ol", {}, h("li", {}, `${row.start} changes`), way),
    ),
  );
}

function section(title, count, rows) {
  return h(
    "details",
    { open: true, class: "edges-of" },
    h("summary", {}, title, h("span", { class: "count" }, number(count))),
    h("ul", { class: "edges" }, rows),
  );
}

const sure = (certainty) => (certainty >= 0.9 ? "certain" : certainty >= 0.5 ? "likely" : "possible");

/** The answer of a page without a server: the files from which edges lead to it, directly or not. */
export function impactOf(model, number, card, tests, text) {
  const marks = model.members(model.id(number));
  const from = model.filePath.map((_, file) => file).filter((file) => marks[file]);
  const before = walked(model, from, FOLLOWED);
  const including = walked(model, from, ["includes"]);
  const start = card.label;
  const unit = (file) => UNITS.test(model.filePath[file]);
  const units = [...including.keys(), ...from].filter(unit).length;
  const sought = text.toLowerCase();
  const rows = [...before.keys()].filter((file) => model.filePath[file].toLowerCase().includes(sought));
  const [tested, others] = [rows.filter((file) => tests.has(file)), rows.filter((file) => !tests.has(file))];
  const row = (file) => ({
    name: model.filePath[file] || model.name(file),
    path: model.filePath[file],
    id: model.id(file),
    line: null,
    certainty: null,
    start,
    steps: steps(model, before, file),
  });
  const parts = new Map();
  for (const file of before.keys()) {
    const path = model.filePath[file].split("/").slice(0, -1).slice(0, 2).join("/") || ".";
    parts.set(path, (parts.get(path) ?? 0) + model.weight(file));
  }
  const count = (chosen) => chosen.reduce((sum, file) => sum + model.weight(file), 0);
  const all = [...before.keys()];
  return {
    ...card,
    units: units ? { count: units, includers: including.size } : null,
    tests: { total: count(all.filter((file) => tests.has(file))), of: null, rows: tested.slice(0, ROWS).map(row) },
    dependents: {
      total: count(all.filter((file) => !tests.has(file))),
      capped: false,
      rows: others.slice(0, ROWS).map(row),
    },
    parts: [...parts]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, PARTS)
      .map(([path, files]) => ({ path, count: files, certainty: null })),
    sure: null,
    notes: [NO_SERVER, ...(model.level === "folders" ? ["files are shown by folder: a folder counts as a whole"] : [])],
  };
}

/** The files from which edges lead to some, directly or not, the nearest first, each with its first step on the way. */
function walked(model, from, kinds) {
  const into = new Map(); // by target: [source, kind, line]
  for (const kind of kinds) {
    const { source, target, line } = model.edges[kind] ?? { source: [] };
    for (let at = 0; at < source.length; at++) {
      if (!model.isFile(source[at]) || !model.isFile(target[at])) continue;
      if (!into.has(target[at])) into.set(target[at], []);
      into.get(target[at]).push([source[at], kind, line?.[at] || null]);
    }
  }
  const found = new Map();
  const seen = new Set(from);
  let ring = [...from];
  while (ring.length) {
    const next = [];
    for (const target of ring) {
      for (const [source, kind, line] of into.get(target) ?? []) {
        if (seen.has(source)) continue;
        seen.add(source);
        found.set(source, { target, kind, line });
        next.push(source);
      }
    }
    ring = next;
  }
  return found;
}

function steps(model, found, file) {
  const way = [];
  for (let at = file; found.has(at); at = found.get(at).target) {
    const { kind, line } = found.get(at);
    way.unshift({ node: model.filePath[at], how: kind, path: model.filePath[at], line });
  }
  return way;
}
