// The tables: files, folders, edges (and what else the source knows), page by page, in the order that the reader wants.

import { fill, h, number, plural } from "./dom.js";

const ROWS = 100;
const MEANINGS = {
  "used by": "how many files include or import it",
  commits: "how many commits changed it",
  owner: "who changed it in the most commits",
  rebuilds: "how many units are compiled again if it changes",
  needs: "how many files of the repository it includes or imports",
};

/** Draws a page of a table; `told` hears {table, sort, page} and {select: id}. */
export async function drawTable(element, source, state, told, link) {
  const offset = Number(state.page) * ROWS;
  const answer = await source.table(state.table, offset, ROWS, state.sort);
  const options = answer.kinds.map((kind) => h("option", { value: kind, selected: kind === answer.kind }, kind));
  const choice = h(
    "select",
    { id: "table-kind", change: (event) => told({ table: event.target.value, sort: "", page: "0" }) },
    options,
  );
  const numbers = new Set(
    answer.columns.filter((column, at) => column !== "line" && answer.rows.some((row) => typeof row[at] === "number")),
  );
  const head = answer.columns.map((column) => {
    const [up, down] = [state.sort === column, state.sort === `-${column}`];
    const isNumber = numbers.has(column);
    const next = isNumber // of numbers the largest are asked for
      ? { [`-${column}`]: column, [column]: "" }[state.sort] ?? `-${column}`
      : { [column]: `-${column}`, [`-${column}`]: "" }[state.sort] ?? column;
    const sorted = up ? "ascending" : down ? "descending" : null;
    const arrow = up ? " ▲" : down ? " ▼" : "";
    return h(
      "th",
      { scope: "col", "aria-sort": sorted, class: isNumber ? "number" : null, title: MEANINGS[column] ?? null },
      h("button", { type: "button", class: "link", click: () => told({ sort: next, page: "0" }) }, column + arrow),
    );
  });
  const body = answer.rows.map((row, at) => {
    const cells = row.map((value, column) =>
      h("td", { class: typeof value === "number" ? "number" : null }, cell(value, column, answer, at)),
    );
    return h("tr", {}, cells);
  });
  function cell(value, column, { columns, ids, rows }, at) {
    if (value === null || value === undefined || value === "") return "";
    if (column === 0 && ids[at])
      return h("button", { type: "button", class: "link", click: () => told({ select: ids[at] }) }, String(value));
    if (columns[column] === "line") return link(rows[at][0], value, String(value));
    return typeof value === "number" ? number(value) : String(value);
  }
  const last = Math.max(0, Math.ceil(answer.total / ROWS) - 1);
  const page = Number(state.page);
  const turn = (to, name) =>
    h("button", { type: "button", disabled: to < 0 || to > last, click: () => told({ page: String(to) }) }, name);
  const from = answer.total ? offset + 1 : 0;
  fill(
    element,
    h(
      "div",
      { class: "tools" },
      h("label", { for: "table-kind" }, "Table "),
      choice,
      h("span", { class: "total" }, plural(answer.total, "row")),
      turn(page - 1, "Previous"),
      h("span", {}, `${number(from)}–${number(Math.min(answer.total, offset + ROWS))}`),
      turn(page + 1, "Next"),
    ),
    h(
      "div",
      { class: "scroller", tabindex: 0, role: "region", "aria-label": "Rows" },
      h(
        "table",
        { class: "rows" },
        h("caption", { class: "unseen" }, `${answer.kind} of the graph`),
        h("thead", {}, h("tr", {}, head)),
        h("tbody", {}, body),
      ),
    ),
  );
}

/** What the map shows, as a table for those who do not see it. */
export function sceneTable(scene) {
  const needs = scene.nodes.map(() => [0, 0]);
  for (const { source, target, weight } of scene.edges) {
    needs[source][0] += weight;
    needs[target][1] += weight;
  }
  const rows = scene.nodes.map((node, at) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, node.form === "symbol" && node.card ? node.card.label : node.path),
      h("td", {}, node.form),
      h("td", {}, node.kind),
      h("td", {}, node.count),
      h("td", {}, needs[at][0]),
      h("td", {}, needs[at][1]),
    ),
  );
  const head = ["name", "what", "mostly", "files", "edges from it", "edges to it"].map((text) =>
    h("th", { scope: "col" }, text),
  );
  return h(
    "table",
    {},
    h("caption", {}, "What the map shows"),
    h("thead", {}, h("tr", {}, head)),
    h("tbody", {}, rows),
  );
}
