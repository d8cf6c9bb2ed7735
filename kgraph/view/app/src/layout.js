// Where things stand on the map: every folder is a circle around its files and folders, packed once for the whole
// repository, so that opening a folder moves nothing and two revisions look alike.

import { hierarchy, pack } from "d3-hierarchy";
import { OUTSIDE } from "./model.js";

const SIZE = 1000;

/**
 * Circles by id: {x, y, r}; `area(file)` is how much of it a file has. `radius(id, amount)` is that of a disc whose area
 * tells how much it stands for, as large as fits into nearly all of the circles.
 */
export function packed(model, area) {
  const file = (number) => ({ id: model.id(number), value: area(number) });
  const folder = (at) => {
    const own = model.ownFiles[at].map(file);
    const inside = model.childFolders[at].filter((child) => model.below[child]).map(folder);
    // A folder's own files are a circle of their own beside its folders.
    const apart = inside.length && own.length && model.level === "files";
    return {
      id: model.folders.id[at],
      children: apart ? [{ id: model.ownId(at), children: own }, ...inside] : [...own, ...inside],
    };
  };
  const circles = new Map();
  const place = (data, dx, dy, size) => {
    const root = hierarchy(data)
      .sum((each) => each.value ?? 0)
      .sort((a, b) => b.value - a.value);
    pack()
      .size([size, size])
      .padding((node) => (node.children?.[0]?.children ? 2 : 0.5))(root);
    root.each((node) => circles.set(node.data.id, { x: node.x + dx, y: -node.y + dy, r: node.r }));
    return root;
  };
  let unit = 1;
  if (model.fileCount) {
    const large = place(folder(model.root), 0, 0, SIZE)
      .descendants()
      .filter((each) => each.depth && each.children && each.leaves().length >= 8);
    const ratios = large.map((each) => each.r / Math.sqrt(each.value)).sort((a, b) => a - b);
    const mean = model.files.name.reduce((sum, _, each) => sum + area(each), 0) / model.fileCount;
    unit = ratios[Math.floor(ratios.length * 0.3)] ?? SIZE / 40 / Math.sqrt(mean);
  }
  const radius = (id, amount) => Math.min(circles.get(id).r, unit * Math.sqrt(amount));
  const outside = model.externals.id.map((id) => ({ id, value: 1 }));
  if (outside.length) {
    const size = Math.max(40, Math.min(SIZE, (0.6 * SIZE * Math.sqrt(outside.length)) / 40));
    place({ id: OUTSIDE, children: outside }, SIZE + 20, -SIZE + size, size);
  }
  return { circles, radius };
}

const COLUMN = 8.5; // width of a column of names, in rows
const GAP = 4; // between steps
const SHAPE = 1.15; // of the view: width by height

/**
 * Places of a neighbourhood's nodes: users on the left, what is used on the right, as many columns as steps; in the middle
 * one what the centre stands in, the centre, and its members below it.
 */
export function inColumns(nodes) {
  const steps = [...new Set(nodes.map((node) => node.step))].sort((a, b) => a - b);
  const columns = steps.map((step) => nodes.filter((node) => node.step === step));
  // Long columns are broken, so that names are as large as the view allows.
  const width = (rows) => columns.reduce((sum, column) => sum + Math.ceil(column.length / rows) * COLUMN + GAP, 0);
  const small = (rows) => Math.max(width(rows) / SHAPE, rows, 24);
  let rows = 10;
  for (let more = 11; more <= 80; more++) if (small(more) < small(rows)) rows = more;
  const places = new Map();
  let x = 0;
  for (const column of columns) {
    const rank = (node) => (node.step ? 0 : node.part === "owner" ? 0 : node.part === "member" ? 2 : 1);
    column.sort(
      (a, b) => rank(a) - rank(b) || compare(a.path ?? a.label, b.path ?? b.label) || compare(a.id, b.id),
    );
    // The centre, whose name is the longest, has a row of its own above its members.
    const heads = column.some((node) => node.part) ? column.filter((node) => rank(node) < 2) : [];
    const others = column.slice(heads.length);
    const wide = Math.max(1, Math.ceil(others.length / Math.max(1, rows - heads.length)));
    const high = Math.ceil(others.length / wide);
    const top = (heads.length + high - 1) / 2;
    heads.forEach((node, at) => places.set(node.id, { x, y: top - at, r: 0.3 }));
    others.forEach((node, at) => {
      const inColumn = Math.floor(at / high);
      const y = top - heads.length - (at % high) - (inColumn % 2) * 0.5;
      places.set(node.id, { x: x + inColumn * COLUMN, y, r: 0.3 });
    });
    x += wide * COLUMN + GAP;
  }
  return places;
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
