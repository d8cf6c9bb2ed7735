// The dependency matrix: a row needs its columns. Rows and columns are in layers, users first, so that what lies below
// the diagonal goes against the layering.

import { fill, h, number, plural, shortened } from "./dom.js";

const HEAD = 250; // what the names of rows take of the width, in pixels
const [NARROWEST, WIDEST] = [19, 23]; // cells, likewise

/** Draws a matrix; `told` hears {matrix: folder}, {pair: [source, target]}, {select: id}. */
export function drawMatrix(element, matrix, model, source, told) {
  if (!matrix) {
    fill(
      element,
      h(
        "p",
        { class: "note" },
        "This page does not carry the matrix of this folder; ",
        h("code", {}, "kgraph serve"),
        " has all.",
      ),
    );
    return;
  }
  const { groups, cells } = matrix;
  if (!groups.length) {
    fill(
      element,
      crumbs(matrix, model, told),
      h("p", { class: "note" }, "Nothing in this folder needs anything else in it."),
    );
    return;
  }
  const counts = new Map(cells.map(([row, column, count]) => [row * groups.length + column, count]));
  const most = Math.max(...cells.map(([, , count]) => count), 1);
  const mark = (cell) => {
    const row = cell?.closest("tr")?.dataset.row;
    const column = cell?.dataset.column;
    for (const each of table.querySelectorAll(".lit")) each.classList.remove("lit");
    if (row === undefined && column === undefined) return;
    const lit = `tr[data-row="${row}"] > th, th[data-column="${column}"], tr[data-row="${column}"] > th`;
    for (const each of table.querySelectorAll(lit)) each.classList.add("lit");
  };
  const heads = groups.map((group, at) =>
    h(
      "th",
      { scope: "col", "data-column": at, title: group.path },
      h("span", { class: "turned" }, h("span", {}, `${at + 1} `), shortened(group.label, 22)),
    ),
  );
  const rows = groups.map((group, row) =>
    h(
      "tr",
      { "data-row": row },
      h("th", { scope: "row", title: group.path }, rowHead(group, row, source, told)),
      groups.map((_, column) => cell(row, column)),
    ),
  );
  function cell(row, column) {
    const focusable = { tabindex: row === 0 && column === 0 ? 0 : -1, "data-column": column };
    if (row === column) {
      const { within } = groups[row];
      return h(
        "td",
        {
          ...focusable,
          class: "self",
          title: `${plural(within, "dependency", "dependencies")} within ${groups[row].label}`,
        },
        within ? short(within) : "",
      );
    }
    const count = counts.get(row * groups.length + column);
    if (!count) return h("td", focusable);
    const against = row > column;
    const title = `${groups[row].label} needs ${groups[column].label}: ${plural(count, "dependency", "dependencies")}${against ? ", against the layering" : ""}`;
    const td = h(
      "td",
      {
        ...focusable,
        class: against ? "against" : "along",
        title,
        "aria-label": title,
        "data-pair": `${row},${column}`,
      },
      short(count),
    );
    td.style.setProperty("--share", (0.12 + 0.88 * (Math.log(count + 1) / Math.log(most + 1))).toFixed(3));
    if (Math.log(count + 1) / Math.log(most + 1) > 0.62) td.classList.add("strong");
    return td;
  }
  const pick = (target) => {
    const td = target.closest("td");
    if (!td?.dataset.pair) return;
    const [row, column] = td.dataset.pair.split(",").map(Number);
    told({ pair: [groups[row].id, groups[column].id] });
  };
  const table = h(
    "table",
    {
      class: "matrix",
      role: "grid",
      "aria-label": `What the parts of ${matrix.path === "." ? model.repository.name : matrix.path} need of each other`,
      mouseover: (event) => mark(event.target.closest("td, th")),
      mouseleave: () => mark(null),
      focusin: (event) => mark(event.target.closest("td, th")),
      click: (event) => pick(event.target),
      keydown: (event) => steer(event, table, pick),
    },
    h("thead", {}, h("tr", {}, h("td", { class: "corner" }, "needs →"), heads)),
    h("tbody", {}, rows),
  );
  // As narrow as the window asks for, as far as numbers can be read.
  const room = (element.clientWidth - HEAD) / Math.max(1, groups.length) - 1;
  table.style.setProperty("--cell", `${Math.floor(Math.max(NARROWEST, Math.min(WIDEST, room)))}px`);
  const share = matrix.total ? ` (${((100 * matrix.against) / matrix.total).toFixed(1)} %)` : "";
  const sentence =
    `${plural(matrix.total, "dependency", "dependencies")} (${matrix.kinds.join(", ")}) between ${plural(groups.length, "part")}, ` +
    `users above what they use. ${number(matrix.against)}${share} go against the order: they stand below the diagonal, in the other colour. ` +
    "A cell's number says how often its row needs its column; the diagonal, how often a part needs itself.";
  fill(
    element,
    crumbs(matrix, model, told),
    h("p", { class: "lead" }, sentence),
    h("div", { class: "scroller" }, table),
  );
}

const short = (count) =>
  count < 1000 ? String(count) : count < 9950 ? `${(count / 1000).toFixed(1)}k` : `${Math.round(count / 1000)}k`;

function rowHead(group, row, source, told) {
  const files = h("span", { class: "files", title: plural(group.files, "file") }, short(group.files));
  const open = () => told({ matrix: group.id });
  const name = shortened(group.label, 24);
  const title = `the parts of ${group.path}`;
  const opens = group.open && source.hasMatrix(group.id);
  const shown = opens ? h("button", { type: "button", class: "link", click: open, title }, name) : name;
  return h(
    "div",
    { class: "head" },
    h("span", { class: "index" }, `${row + 1}`),
    h("span", { class: "name" }, shown),
    files,
  );
}

function crumbs(matrix, model, told) {
  const folder = model.folderOf(matrix.folder);
  const chain = folder < 0 ? [] : [...model.above(folder), folder];
  return h(
    "nav",
    { class: "crumbs", "aria-label": "Folder of the matrix" },
    chain.map((each, at) => {
      const path = model.folders.path[each];
      const name = path === "." ? model.repository.name : path.split("/").at(-1);
      if (at === chain.length - 1) return h("span", { "aria-current": "page" }, name);
      return [
        h("button", { type: "button", class: "link", click: () => told({ matrix: model.folders.id[each] }) }, name),
        " / ",
      ];
    }),
  );
}

function steer(event, table, pick) {
  const cell = event.target.closest("td[tabindex]");
  if (!cell) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    event.stopPropagation();
    pick(cell);
    return;
  }
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [
    0, 0,
  ];
  if (!down && !right) return;
  event.preventDefault();
  event.stopPropagation();
  const row = Number(cell.parentElement.dataset.row) + down;
  const column = Number(cell.dataset.column) + right;
  const next = table.querySelector(`tr[data-row="${row}"] > td[data-column="${column}"]`);
  if (!next) return;
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** Which files a group of a matrix stands for, as marks by node: the nearest group above each folder has it. */
export function groupMembers(model, groups, id) {
  const place = new Map(groups.map((group, at) => [group.id.replace(/#rest$/, ""), at]));
  const wanted = groups.findIndex((group) => group.id === id);
  const marks = new Uint8Array(model.size);
  const of = [];
  model.folders.id.forEach((folder, at) => {
    const parent = model.folders.parent[at];
    of[at] = place.get(folder) ?? (parent >= 0 ? of[parent] : -1);
    if (of[at] !== wanted) return;
    for (const file of model.ownFiles[at]) marks[file] = 1;
  });
  return marks;
}
