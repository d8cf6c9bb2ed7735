// What the map draws: nodes and edges at places, made from the model and the state alone.
//
// A scene: {nodes: [node], edges: [edge], outlines: [{id, label, x, y, r}], rest: [edges beyond the limit], told: [sentences],
//           columns: bool}
//   node: {id, form: "folder" | "own" | "file" | "symbol" | "external" | "outside", label, path, count, kind, x, y, r}
//   edge: {source, target: places in nodes, kind, weight, line}

import { number, plural } from "./dom.js";
import { EXTERNAL } from "./kinds.js";
import { inColumns } from "./layout.js";
import { OUTSIDE } from "./model.js";

const READABLE = 110; // nodes that are shown at first

/** The folders that are open at first: the largest, as long as the map stays readable; in a small repository all. */
export function openAtFirst(model) {
  if (model.fileCount <= READABLE) return new Set(model.folders.id.flatMap((id, folder) => [id, model.ownId(folder)]));
  const open = new Set([model.folders.id[model.root]]);
  const parts = (folder) => model.childFolders[folder].filter((child) => model.below[child]);
  const closed = [...parts(model.root)];
  let visible = closed.length + 1;
  while (closed.length) {
    closed.sort((a, b) => model.below[b] - model.below[a] || a - b);
    const folder = closed.find((each) => parts(each).length);
    if (folder === undefined || model.below[folder] * 40 < model.below[model.root]) break;
    if (visible + parts(folder).length > READABLE) break;
    closed.splice(closed.indexOf(folder), 1, ...parts(folder));
    visible += parts(folder).length;
    open.add(model.folders.id[folder]);
  }
  return withLargest(model, open, visible);
}

/** The same, with the files of the folder in which most of a repository lies: as one circle they would show nothing. */
function withLargest(model, open, visible) {
  const largest = model.ownFiles.reduce((most, files, at, all) => (files.length > all[most].length ? at : most), 0);
  const count = model.ownFiles[largest].length;
  if (model.level !== "files" || count * 3 < model.fileCount || visible + count > 2 * READABLE) return open;
  for (let at = largest; at >= 0; at = model.folders.parent[at]) open.add(model.folders.id[at]);
  return open.add(model.ownId(largest));
}

/** The box around what a map shows. */
export function boxAround({ nodes, outlines }) {
  const circles = [...nodes, ...outlines];
  if (!circles.length) return { x: [0, 1], y: [0, 1] };
  const edge = (axis, sign) => sign * Math.max(...circles.map((circle) => sign * circle[axis] + circle.r));
  return { x: [edge("x", -1), edge("x", 1)], y: [edge("y", -1), edge("y", 1)] };
}

/** The folders that are open in a state. */
export function openIn(state, first) {
  const open = new Set([...first, ...state.open]);
  for (const id of state.shut) open.delete(id);
  return open;
}

/** The map by folders. */
export function mapScene(model, layout, kinds, measures, state, open, inside) {
  const hidden = kinds.hidden(state);
  const isShown = kinds.visible(hidden);
  const owner = new Int32Array(model.size).fill(-1); // the node that stands for each file, external, folder
  const nodes = [];
  const outlines = [];
  const perKind = new Int32Array(kinds.nodes.length);

  const add = (node, files, folders) => {
    perKind.fill(0);
    const shown = [];
    let count = 0;
    let amount = 0;
    for (const file of files) {
      if (!isShown(file)) continue;
      owner[file] = nodes.length;
      perKind[kinds.ofFile[file]] += model.weight(file);
      count += model.weight(file);
      amount += measures.area(state.size, file);
      shown.push(file);
    }
    if (!count) return;
    for (const folder of folders) owner[model.firstFolder + folder] = nodes.length;
    const kind = kinds.nodes[perKind.indexOf(Math.max(...perKind))].name;
    const { x, y } = layout.circles.get(node.id);
    const colour = measures.colour(state.colour, shown);
    nodes.push({ ...node, count, kind, colour, x, y, r: layout.radius(node.id, amount) });
  };
  const addFile = (file) => {
    const id = model.id(file);
    if (inside.has(id) && open.has(id) && isShown(file)) {
      addSymbols(file, id);
      return;
    }
    const label = model.level === "folders" ? plural(model.weight(file), "file") : model.files.name[file];
    add({ id, form: model.level === "folders" ? "own" : "file", label, path: model.filePath[file] }, [file], []);
  };
  const addSymbols = (file, id) => {
    const { x, y, r } = layout.circles.get(id);
    const symbols = inside.get(id).nodes;
    outlines.push({ id: `${id} symbols`, label: "", x, y, r });
    owner[file] = nodes.length;
    const small = (0.8 * r) / Math.sqrt(symbols.length + 4);
    const own = { id, form: "file", label: model.files.name[file], path: model.filePath[file], count: 1 };
    nodes.push({ ...own, kind: kinds.nodes[kinds.ofFile[file]].name, x, y, r: 1.4 * small });
    symbols.forEach((each, at) => {
      const angle = (at + 3) * 2.399963; // a spiral of equal density
      const away = 0.92 * r * Math.sqrt((at + 3.5) / (symbols.length + 3));
      const [label, path] = [lastName(each.label), each.label];
      const symbol = { id: each.id, form: "symbol", label, path, count: 1, kind: kinds.ofCard(each), r: small };
      nodes.push({ ...symbol, x: x + away * Math.cos(angle), y: y + away * Math.sin(angle) });
    });
  };
  const visit = (folder, name) => {
    const id = model.folders.id[folder];
    const path = model.folders.path[folder];
    if (!open.has(id)) {
      const { files, folders } = below(model, folder);
      add({ id, form: "folder", label: name, path }, files, folders);
      return;
    }
    const { x, y, r } = layout.circles.get(id);
    const before = [nodes.length, outlines.length];
    if (folder !== model.root) outlines.push({ id, label: name, x, y, r });
    const children = model.childFolders[folder].filter((child) => model.below[child]);
    const own = model.ownFiles[folder];
    const ownId = model.ownId(folder);
    if (children.length && own.length > 1 && model.level === "files" && !open.has(ownId)) {
      add({ id: ownId, form: "own", label: plural(own.length, "file"), path: `${path}/*` }, own, [folder]);
    } else own.forEach(addFile);
    for (const child of children) visit(child, model.folders.path[child].split("/").at(-1));
    if (nodes.length === before[0]) outlines.length = before[1]; // all that is in it is hidden
  };
  if (model.fileCount) visit(model.root, model.repository.name);
  if (!hidden.has(EXTERNAL) && model.externals.id.length) addOutside(model, layout, open, owner, nodes, outlines);

  const { edges, rest } = summedUp(model, kinds, hidden, owner, Number(state.edges), nodes, inside);
  const told = [...model.caps];
  const all = edges.length + rest.length;
  if (rest.length)
    told.push(
      `The ${number(edges.length)} strongest of ${number(all)} edges are drawn, and those of what is selected.`,
    );
  return { nodes, edges, rest, outlines, told, columns: false, edgesInAll: all };
}

function addOutside(model, layout, open, owner, nodes, outlines) {
  const whole = layout.circles.get(OUTSIDE);
  const all = model.externals.id;
  if (open.has(OUTSIDE)) outlines.push({ id: OUTSIDE, label: "outside of the repository", ...whole });
  else {
    const label = "outside";
    nodes.push({ id: OUTSIDE, form: "outside", label, path: label, count: all.length, kind: EXTERNAL, ...whole });
  }
  all.forEach((id, at) => {
    owner[model.fileCount + at] = open.has(OUTSIDE) ? nodes.length : nodes.length - 1;
    if (!open.has(OUTSIDE)) return;
    const label = model.externals.name[at];
    nodes.push({ id, form: "external", label, path: label, count: 1, kind: EXTERNAL, ...layout.circles.get(id) });
  });
}

function below(model, top) {
  const files = [];
  const folders = [];
  const visit = (folder) => {
    folders.push(folder);
    files.push(...model.ownFiles[folder]);
    model.childFolders[folder].forEach(visit);
  };
  visit(top);
  return { files, folders };
}

/** The edges between files, summed up to edges between the nodes that stand for them. */
function summedUp(model, kinds, hidden, owner, most, nodes, inside) {
  const edges = [];
  for (const { name: kind } of kinds.edges) {
    if (hidden.has(kind)) continue;
    const { source, target, count } = model.edges[kind];
    const sums = new Map();
    for (let at = 0; at < source.length; at++) {
      const from = owner[source[at]];
      const to = owner[target[at]];
      if (from < 0 || to < 0 || from === to) continue;
      const key = from * nodes.length + to;
      sums.set(key, (sums.get(key) ?? 0) + (count ? count[at] : 1));
    }
    for (const [key, weight] of sums) {
      edges.push({ source: Math.floor(key / nodes.length), target: key % nodes.length, kind, weight });
    }
  }
  if (inside.size) edges.push(...symbolEdges(model, hidden, owner, nodes, inside));
  edges.sort((a, b) => b.weight - a.weight || a.source - b.source || a.target - b.target);
  return { edges: edges.slice(0, most), rest: edges.slice(most) };
}

/** Edges of symbols that are shown one by one, to each other or to the node that stands for the other's file. */
function symbolEdges(model, hidden, owner, nodes, inside) {
  const places = new Map(nodes.map((node, at) => [node.id, at]));
  const files = new Map(model.filePath.map((path, file) => [path, file]));
  const place = (id, path) => places.get(id) ?? owner[files.get(path) ?? -1] ?? -1;
  const sums = new Map();
  for (const { edges } of inside.values()) {
    for (const edge of edges) {
      if (hidden.has(edge.kind)) continue;
      const source = place(edge.source, edge.path);
      const target = place(edge.target, edge.target_path);
      if (source < 0 || target < 0 || source === target) continue;
      const key = `${edge.kind} ${source} ${target}`;
      if (!sums.has(key)) sums.set(key, { source, target, kind: edge.kind, weight: 1 });
    }
  }
  return [...sums.values()];
}

/** A qualified name without its scopes; what stands in brackets is no scope. A test made by a macro is called by its title. */
const lastName = (name) =>
  /^[A-Z][A-Z0-9_]*\([^"]*"((?:[^"\\]|\\.)+)"/.exec(name)?.[1] ?? name.replace(/^(?:(?:[\w~$]+|\((?:anonymous|unnamed)[^()]*\))(?:::|\.))+(?=[^:.])/, "");

/** Puts the file behind the names that symbols of several files share: `main (flags.cpp)`. */
function withFiles(nodes) {
  const paths = new Map();
  for (const { label, path } of nodes) paths.set(label, (paths.get(label) ?? new Set()).add(path));
  for (const node of nodes) {
    if (paths.get(node.label).size < 2) continue;
    if (node.form === "symbol" && node.step) node.label += ` (${node.path.split("/").pop()})`;
    else if (node.form === "file") node.label = node.path.split("/").slice(-2).join("/");
  }
}

/** A neighbourhood, in columns. */
export function neighbourhoodScene(answer, kinds, state, model) {
  const hidden = kinds.hidden(state);
  const isShown = kinds.visible(hidden);
  const isLeftOut = (card) => {
    const file = model.filesByPath().get(card.path) ?? -1;
    return file >= 0 && kinds.partOf[file] && !isShown(file);
  };
  if (answer.kinds.includes("related") && answer.kinds.length === 1) hidden.delete("related");
  const wanted = (card) => card.step === 0 || !(hidden.has(kinds.ofCard(card)) || isLeftOut(card));
  const cards = answer.nodes.filter(wanted);
  const places = inColumns(cards);
  const nodes = cards.map((card) => ({
    ...{
      id: card.id,
      form: card.class.toLowerCase(),
      label: (card.step || card.part) && card.class === "Symbol" ? lastName(card.label) : card.label,
      path: card.path ?? card.label,
      step: card.step,
      part: card.part ?? "",
    },
    ...{ count: 1, kind: kinds.ofCard(card), card, ...places.get(card.id) },
  }));
  withFiles(nodes);
  const at = new Map(nodes.map((node, place) => [node.id, place]));
  const edges = [];
  for (const { source, target, kind, line } of answer.edges) {
    if (hidden.has(kind) || (kind === "contains" && answer.nodes.some((node) => node.part))) continue; // as places tell
    const from = at.get(answer.nodes[source].id);
    const to = at.get(answer.nodes[target].id);
    if (from !== undefined && to !== undefined) edges.push({ source: from, target: to, kind, weight: 1, line });
  }
  const told = [];
  if (answer.omitted) {
    const all = plural(answer.total, "node");
    told.push(`The nearest and most connected ${number(answer.nodes.length)} of ${all} are shown.`);
  }
  return { nodes, edges, outlines: [], told, columns: true, edgesInAll: edges.length };
}
