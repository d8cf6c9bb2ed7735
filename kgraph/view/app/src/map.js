// Draws a scene with sigma (WebGL), and names and outlines on two canvases of our own: names never overlap, the larger
// circle's goes first. Tells of clicks; decides nothing.

import { EdgeCurvedArrowProgram } from "@sigma/edge-curve";
import Graph from "graphology";
import Sigma from "sigma";

import { shortened } from "./dom.js";
import { edgeColour } from "./kinds.js";

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

const MOST_ADDED = 400;

const isCentre = (node) => node.step === 0 && !node.part;
/** How far a node of a neighbourhood is from the centre; its parts are nearer than all others. */
const away = (node) => Math.abs(node.step) + (node.part ? 0.5 : 0);

export class MapView {
  #graph = new Graph({ multi: true, type: "directed" });
  #hovered = null;
  #selected = "";
  #marked = null; // the ids that stay bright: those beside the hovered or selected node
  #added = []; // edges of the selected node beyond the scene's
  #ratio = 1;
  #scene = { nodes: [], edges: [], outlines: [], columns: false };

  /** Throws where there is no WebGL. `told` hears {select, selectPair, open, clear}. */
  constructor(container, kinds, told) {
    if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL");
    this.kinds = kinds;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.#readTheme(container);
    this.sigma = new Sigma(this.#graph, container, {
      allowInvalidContainer: true,
      autoRescale: true,
      defaultDrawNodeHover: () => {},
      defaultEdgeType: "curved",
      doubleClickZoomingRatio: 1,
      edgeProgramClasses: { curved: EdgeCurvedArrowProgram },
      edgeReducer: (edge, data) => this.#edge(edge, data),
      enableEdgeEvents: true,
      itemSizesReference: "positions",
      maxCameraRatio: 3,
      minCameraRatio: 0.002,
      minEdgeThickness: 1,
      nodeReducer: (node, data) => this.#node(node, data),
      renderLabels: false,
      stagePadding: 24,
      zIndex: true,
      zoomToSizeRatioFunction: (ratio) => ratio,
    });
    this.under = this.sigma.createCanvas("outlines", { beforeLayer: "edges" }).getContext("2d");
    // Edges are drawn over circles, lest one that they pass hides them.
    const { edges, nodes } = this.sigma.getCanvases();
    nodes.after(edges);
    edges.classList.add("edges");
    this.over = this.sigma.createCanvas("names", { beforeLayer: "mouse" }).getContext("2d");
    this.over.canvas.style.pointerEvents = "none";
    this.sigma.resize(true);
    this.#listen(told);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#readTheme(container);
      this.sigma.refresh();
    });
  }

  #readTheme(container) {
    const style = getComputedStyle(container);
    const read = (name) => style.getPropertyValue(name).trim();
    this.theme = {
      ink: read("--ink"),
      paper: read("--paper"),
      quiet: read("--quiet"),
      line: read("--line"),
      accent: read("--accent"),
    };
    this.theme.dark = matchMedia("(prefers-color-scheme: dark)").matches;
  }

  #listen(told) {
    const { sigma } = this;
    sigma.on("enterNode", ({ node }) => this.#hover(node));
    sigma.on("leaveNode", () => this.#hover(null));
    sigma.on("clickNode", ({ node }) => told.select(node));
    sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      told.open(event.node);
    });
    sigma.on("clickEdge", ({ edge }) => told.selectPair(...this.#graph.extremities(edge)));
    sigma.on("clickStage", () => told.clear());
    sigma.on("doubleClickStage", (event) => event.preventSigmaDefault());
    sigma.on("afterRender", () => this.#drawOver());
    sigma.getCamera().on("updated", ({ ratio }) => {
      // Edges keep their thickness on the screen, while nodes grow.
      if (Math.abs(Math.log(ratio / this.#ratio)) < 0.08) return;
      this.#ratio = ratio;
      sigma.scheduleRefresh({ skipIndexation: true });
    });
  }

  /** Show a scene; `keep` leaves the camera where it is. */
  show(scene, { keep = false } = {}) {
    this.#scene = scene;
    this.#graph.clear();
    const box = boxOf(scene);
    // One pixel in the units of the scene, when all of it is in sight.
    const { width, height } = this.sigma.getDimensions();
    this.pixel =
      Math.max((box.x[1] - box.x[0]) / Math.max(100, width - 48), (box.y[1] - box.y[0]) / Math.max(100, height - 48)) ||
      1;
    for (const node of scene.nodes) {
      const r = scene.columns ? (isCentre(node) ? 7 : 4.5) * this.pixel : node.r;
      this.#graph.addNode(node.id, { x: node.x, y: node.y, size: r, color: node.colour || this.kinds.colour(node.kind) });
      node.drawn = r;
    }
    for (const edge of scene.edges) this.#add(edge);
    this.#added = [];
    this.sigma.setCustomBBox(box);
    this.#hovered = null;
    this.#mark();
    this.sigma.refresh();
    if (!keep) this.fit();
  }

  #add({ source, target, kind, weight }) {
    const { nodes, columns } = this.#scene;
    const attributes = { kind, weight, type: "curved", curvature: columns ? 0.06 : 0.18, color: edgeColour(kind) };
    return this.#graph.addEdge(nodes[source].id, nodes[target].id, attributes);
  }

  /** Marks a node, and draws its edges though they be weaker than those that are drawn anyway. */
  select(id) {
    this.#selected = id;
    for (const edge of this.#added) if (this.#graph.hasEdge(edge)) this.#graph.dropEdge(edge);
    const { nodes, rest = [] } = this.#scene;
    const mine = rest.filter(({ source, target }) => nodes[source].id === id || nodes[target].id === id);
    this.#added = mine.slice(0, MOST_ADDED).map((edge) => this.#add(edge));
    this.#mark();
    this.sigma.refresh();
  }

  #hover(id) {
    this.#hovered = id;
    this.sigma.getContainer().style.cursor = id ? "pointer" : "";
    this.#mark();
    this.sigma.refresh({ skipIndexation: true });
  }

  #mark() {
    const centre = this.#hovered ?? (this.#graph.hasNode(this.#selected) ? this.#selected : null);
    this.#marked = centre === null ? null : new Set([centre, ...this.#graph.neighbors(centre)]);
    this.centre = centre;
  }

  #node(node, data) {
    if (!this.#marked || this.#marked.has(node)) return { ...data, zIndex: node === this.centre ? 2 : 1 };
    return { ...data, color: this.theme.dark ? "#3b424c" : "#d8dce1", zIndex: 0 };
  }

  #edge(edge, data) {
    const [source, target] = this.#graph.extremities(edge);
    const bright = !this.#marked || source === this.centre || target === this.centre;
    const thick = this.#scene.columns
      ? 2
      : Math.min(6, 0.9 + 0.4 * Math.log2(1 + data.weight)) * (this.#marked ? 1.4 : 1);
    const size = thick * this.pixel * this.sigma.getCamera().ratio;
    if (!bright) return { ...data, size: size * 0.6, color: this.theme.dark ? "#262b33" : "#eceef1", zIndex: 0 };
    const strong = this.#scene.columns
      ? 0.8
      : this.#marked
        ? 0.95
        : Math.min(0.9, 0.35 + 0.08 * Math.log2(1 + data.weight));
    return { ...data, size, color: mixed(data.color, this.theme.dark ? "#14181d" : "#ffffff", strong), zIndex: 1 };
  }

  #drawOver() {
    const { under, over, sigma, theme } = this;
    const { width, height } = sigma.getDimensions();
    const dots = devicePixelRatio || 1;
    for (const context of [under, over]) {
      const { canvas } = context;
      if (canvas.width !== Math.round(width * dots) || canvas.height !== Math.round(height * dots)) {
        canvas.width = Math.round(width * dots);
        canvas.height = Math.round(height * dots);
      }
      context.setTransform(dots, 0, 0, dots, 0, 0);
      context.clearRect(0, 0, width, height);
    }
    const origin = sigma.graphToViewport({ x: 0, y: 0 });
    const one = sigma.graphToViewport({ x: 1, y: 0 });
    const scale = Math.hypot(one.x - origin.x, one.y - origin.y);
    const taken = [];
    const free = (box) =>
      !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
    const write = (text, x, y, size, { weight = 400, align = "center", colour = theme.ink, force = false } = {}) => {
      over.font = `${weight} ${size}px ${FONT}`;
      const wide = over.measureText(text).width;
      const left = align === "center" ? x - wide / 2 : x;
      const box = [left - 2, y - size * 0.62, left + wide + 2, y + size * 0.62];
      if (box[2] < 0 || box[0] > width || box[3] < 0 || box[1] > height) return true;
      if (!force && !free(box)) return false;
      taken.push(box);
      over.textAlign = align === "center" ? "center" : "left";
      over.textBaseline = "middle";
      over.lineWidth = 3.5;
      over.lineJoin = "round";
      over.strokeStyle = theme.paper;
      over.strokeText(text, x, y);
      over.fillStyle = colour;
      over.fillText(text, x, y);
      return true;
    };
    for (const outline of this.#scene.outlines) this.#outline(outline, scale, write);
    this.#names(scale, write, [0, 0, width, height]);
  }

  #outline({ x, y, r, label }, scale, write) {
    const { under, theme } = this;
    const at = this.sigma.graphToViewport({ x, y });
    under.beginPath();
    under.arc(at.x, at.y, r * scale, 0, 2 * Math.PI);
    under.fillStyle = theme.dark ? "rgba(255,255,255,0.035)" : "rgba(30,50,80,0.035)";
    under.fill();
    under.lineWidth = 1;
    under.strokeStyle = theme.line;
    under.stroke();
    const most = Math.floor((r * scale * 2) / 7);
    if (most >= 4)
      write(shortened(label, Math.max(6, most)), at.x, at.y - r * scale, 12, { weight: 600, colour: theme.quiet });
  }

  #names(scale, write, [, , width, height]) {
    const { sigma, theme } = this;
    const columns = this.#scene.columns;
    const first = (node) => (node.id === this.centre ? 2 : this.#marked?.has(node.id) ? 1 : 0);
    const nodes = this.#scene.nodes.filter(
      (node) => !this.#marked || this.#marked.has(node.id) || (columns && !this.#hovered),
    );
    nodes.sort((a, b) => first(b) - first(a) || (columns ? away(a) - away(b) : b.r - a.r));
    let written = 0;
    for (const node of nodes) {
      if (written > 400) break;
      const at = sigma.graphToViewport(node);
      const r = node.drawn * scale;
      const force = node.id === this.centre;
      if (at.x < -r || at.y < -r || at.x > width + r || at.y > height + r) continue;
      if (force) this.#ring(at, r);
      if (!force && r < 3.2) continue;
      written++;
      if (columns) {
        const size = isCentre(node) ? 14 : 11.5;
        const most = isCentre(node) ? 60 : Math.max(12, Math.floor((8 * scale - r) / 6.4));
        const style = { align: "left", weight: isCentre(node) ? 600 : 400, force };
        // A name of wide letters that meets the next column is cut shorter rather than left out.
        for (let letters = Math.min(most, node.label.length); letters >= Math.min(6, node.label.length); letters -= 2)
          if (write(shortened(node.label, letters), at.x + r + 4, at.y, size, style)) break;
        continue;
      }
      const size = Math.max(11, Math.min(17, 9 + r / 6));
      const most = force ? 60 : Math.max(14, Math.floor((2.2 * r) / (size * 0.52)));
      const label = shortened(node.label, most);
      const own = node.form === "own";
      const twoLines = r > 24 && node.form === "folder";
      const y = r < 13 ? at.y + r + size * 0.62 : twoLines ? at.y - size * 0.45 : at.y; // small discs stay to be seen
      const style = {
        weight: node.form === "folder" ? 600 : 400,
        colour: own && r < 13 ? theme.quiet : theme.ink,
        force,
      };
      const [below, above] = [at.y + r + size * 0.62, at.y - r - size * 0.62];
      const high = own ? 11 : size;
      const inside = Math.floor((2 * r) / (size * 0.58)); // characters that fit into the disc
      const placed = write(label, at.x, y, high, style);
      placed ||
        write(label, at.x, y === below ? above : below, high, style) ||
        write(label, at.x, above, high, style) ||
        (inside > 4 && write(shortened(node.label, inside), at.x, at.y, high, style));
      if (twoLines && placed) write(`${node.count.toLocaleString("en-US")} files`, at.x, at.y + size * 0.75, 11, {});
    }
  }

  #ring(at, r) {
    this.over.beginPath();
    this.over.arc(at.x, at.y, r + 2.5, 0, 2 * Math.PI);
    this.over.lineWidth = 2.5;
    this.over.strokeStyle = this.theme.accent;
    this.over.stroke();
  }

  /** The node in a direction from the selected one ("left", "right", "up", "down"), for the arrow keys. */
  toward(direction) {
    const { nodes } = this.#scene;
    const from = nodes.find((node) => node.id === this.#selected);
    if (!from)
      return [...nodes].sort((a, b) => (this.#scene.columns ? away(a) - away(b) : b.r - a.r))[0]?.id;
    const [dx, dy] = { left: [-1, 0], right: [1, 0], up: [0, 1], down: [0, -1] }[direction];
    let best = null;
    let least = Infinity;
    for (const node of nodes) {
      const along = (node.x - from.x) * dx + (node.y - from.y) * dy;
      const across = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
      if (node === from || along <= 1e-9) continue;
      const cost = along + 2.5 * across;
      if (cost < least) [best, least] = [node.id, cost];
    }
    return best;
  }

  // --- the camera ---

  #move(target) {
    const camera = this.sigma.getCamera();
    if (this.still.matches) camera.setState({ ...camera.getState(), ...target });
    else camera.animate(target, { duration: 250 });
  }

  fit() {
    this.#move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  zoom(factor) {
    this.#move({ ratio: Math.min(3, Math.max(0.002, this.sigma.getCamera().ratio * factor)) });
  }

  /** Bring a circle into sight, if it is not, or is smaller than `least`: then to the size `wanted` (parts of the view). */
  reveal({ x, y, r }, { wanted = 0.3, least = 0.02 } = {}) {
    const at = this.sigma.graphToViewport({ x, y });
    const { width, height } = this.sigma.getDimensions();
    const camera = this.sigma.getCamera();
    const across = (2 * r) / this.pixel; // on the screen, with all in sight
    const now = across / camera.ratio;
    const small = Math.min(width, height);
    const inside = at.x > 20 && at.y > 20 && at.x < width - 20 && at.y < height - 20;
    if (inside && now > least * small && now < small) return;
    const place = this.sigma.viewportToFramedGraph(at);
    this.#move({ x: place.x, y: place.y, ratio: Math.min(1, Math.max(0.002, across / (wanted * small))) });
  }

  kill() {
    this.sigma.kill();
  }
}

function boxOf({ nodes, columns, box }) {
  if (!columns) return box;
  const [xs, ys] = [nodes.map((node) => node.x), nodes.map((node) => node.y)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const middle = (low + high) / 2;
  const half = Math.max(4, (high - low) / 2);
  return { x: [Math.min(...xs) - 1, Math.max(...xs) + 8], y: [middle - half - 1, middle + half + 1] };
}

function mixed(colour, ground, share) {
  const parts = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const [a, b] = [parts(colour), parts(ground)];
  return (
    "#" +
    a
      .map((value, at) =>
        Math.round(value * share + b[at] * (1 - share))
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")
  );
}
