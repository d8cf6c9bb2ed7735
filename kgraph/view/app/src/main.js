// Starts the page: reads what it carries, holds the state, and lets each part draw what it is responsible for.

import { Details } from "./details.js";
import { fill, h, plural, safeAddress } from "./dom.js";
import { Kinds } from "./kinds.js";
import { packed } from "./layout.js";
import { drawLegend } from "./legend.js";
import { MapView } from "./map.js";
import { drawMatrix, groupMembers } from "./matrix.js";
import { Measures } from "./measures.js";
import { Model } from "./model.js";
import { boxAround, mapScene, neighbourhoodScene, openAtFirst, openIn } from "./scene.js";
import { Search } from "./search.js";
import { EmbeddedSource, ServerSource } from "./source.js";
import { START, Store, toggled } from "./state.js";
import { drawTable, sceneTable } from "./table.js";

const TABS = ["map", "matrix", "table"];
const element = (id) => document.getElementById(id);

class Page {
  constructor(carried, source, model) {
    Object.assign(this, { carried, source, model });
    this.kinds = new Kinds(model);
    this.measures = new Measures(model);
    this.first = openAtFirst(model);
    this.inside = new Map(); // symbols of files that were opened, as the server told them
    this.matrix = null;
    this.store = new Store(location.hash, carried.start ?? {});
    this.pack(this.store.state.size);
    const told = (what) => this.told(what);
    this.details = new Details(element("details"), {
      model,
      source,
      told,
      kinds: this.kinds,
      link: (path, line, text) => this.link(path, line, text),
      members: (id) =>
        id.endsWith("#rest") && this.matrix ? groupMembers(model, this.matrix.groups, id) : model.members(id),
    });
    this.search = new Search(element("search"), element("found"), source, (id) => told({ reveal: id }));
    this.startMap();
    this.listen();
    this.store.listen((state, before) => this.draw(state, before));
    element("repository").textContent = model.repository.name;
    element("counts").textContent =
      `${plural(model.counts.files, "file")} · ${plural(model.counts.folders, "folder")}${model.repository.revision ? ` · ${model.repository.revision.slice(0, 10)}` : ""}`;
    this.draw(this.store.state, null);
  }

  /** Places all circles anew, by what they are sized by. */
  pack(size) {
    const { model, measures } = this;
    this.layout = packed(model, (file) => measures.area(size, file));
    // What is in sight at first, whatever else the address says, so that the same place is the same for all.
    const start = { ...START, size };
    this.box = boxAround(mapScene(model, this.layout, this.kinds, measures, start, this.first, this.inside));
  }

  startMap() {
    const told = {
      select: (id) => this.told({ select: id }),
      selectPair: (source, target) => this.told({ pair: [source, target] }),
      open: (id) => this.told({ open: id }),
      clear: () => this.told({ select: "" }),
    };
    try {
      this.map = new MapView(element("map"), this.kinds, told);
    } catch {
      this.map = null;
      element("no-webgl").hidden = false;
      if (this.store.state.tab === "map") this.store.state = { ...this.store.state, tab: "matrix" };
    }
  }

  /** A link to the source, or null where there is no address for it. */
  link(path, line, text) {
    const template = this.carried.source_url;
    if (!template || !path) return null;
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const values = { path: encoded, line: line ?? 1, revision: this.model.repository.revision };
    const address = safeAddress(template.replace(/\{(path|line|revision)\}/g, (_, name) => values[name]));
    return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text) : null;
  }

  /** What the reader does, from whichever part of the page. */
  async told(what) {
    const { state } = this.store;
    if (what.open !== undefined) return this.open(what.open);
    if (what.reveal !== undefined) return this.reveal(what.reveal);
    if (what.pair) return this.store.set({ pair: what.pair.map(encodeURIComponent).join(">"), select: "" });
    if (what.focus !== undefined)
      return this.store.set({ focus: what.focus, only: what.only ?? "", select: what.focus, pair: "", impact: "", tab: "map" });
    if (what.impact !== undefined)
      return this.store.set({ impact: what.impact, select: what.impact, pair: "" });
    if (what.select !== undefined) return this.store.set({ select: what.select, pair: "", impact: "" });
    return this.store.set({ ...what, ...(what.matrix && what.matrix !== state.matrix ? { pair: "" } : {}) });
  }

  /** Opens or closes a folder; of a file, shows its symbols or else its neighbourhood. */
  async open(id) {
    const { state } = this.store;
    const group = this.model.folderOf(id) >= 0 || id === "external/";
    if (state.focus || (!group && !this.source.symbols)) return this.told({ focus: id });
    if (!group && !(await this.load(id))) return this.told({ focus: id });
    const wanted = !this.opened(state).has(id);
    this.setOpen(id, wanted, { select: id, pair: "", tab: "map" });
    if (wanted && !group && this.map) this.map.reveal(this.layout.circles.get(id), { wanted: 0.55, least: 0.25 });
  }

  /** Fetches the symbols of a file; whether there are any. */
  async load(id) {
    if (this.inside.has(id)) return true;
    const answer = await this.source.children(id).catch(() => null);
    if (!answer?.nodes.length) return false;
    this.inside.set(id, answer);
    return true;
  }

  opened(state) {
    return openIn(state, this.first);
  }

  setOpen(id, wanted, more = {}) {
    const { state } = this.store;
    const first = this.first.has(id);
    this.store.set({
      open: toggled(state.open, id, wanted && !first),
      shut: toggled(state.shut, id, !wanted && first),
      ...more,
    });
  }

  /** Closes what the selected node lies in, or leaves the neighbourhood. */
  collapse() {
    const { state } = this.store;
    if (state.focus) return this.store.set({ focus: "" });
    const { model } = this;
    const opened = this.opened(state);
    let chain = [];
    const number = model.numbers.get(state.select);
    const folder = model.folderOf(state.select);
    if (folder >= 0) chain = [...model.above(folder), folder].map((each) => model.folders.id[each]);
    else if (model.isFile(number ?? -1)) {
      const own = model.files.folder[number];
      chain = [...[...model.above(own), own].map((each) => model.folders.id[each]), model.ownId(own), state.select];
    } else if (number !== undefined) chain = ["external/"];
    const last = chain.filter((id) => opened.has(id) && id !== model.folders.id[model.root]).at(-1);
    return last ? this.setOpen(last, false, { select: last }) : undefined;
  }

  /** Shows a node where it stands on the map, opening what it lies in. */
  async reveal(id) {
    const { model, store } = this;
    let number = model.numbers.get(id);
    if (number === undefined && model.folderOf(id) < 0 && id !== "external/") {
      this.told({ focus: id });
      return;
    }
    const folder = model.isFile(number ?? -1) ? model.files.folder[number] : model.folderOf(id);
    let { open, shut, show } = store.state;
    const chain = folder < 0 ? [] : model.above(folder);
    const need = chain.map((each) => model.folders.id[each]);
    if (model.isFile(number ?? -1)) need.push(model.folders.id[folder], model.ownId(folder));
    if (model.isFile(number ?? -1) === false && number !== undefined && folder < 0) {
      need.push("external/");
      show = toggled(show, "external", true);
    }
    for (const each of need) {
      open = toggled(open, each, !this.first.has(each));
      shut = toggled(shut, each, false);
    }
    store.set({ open, shut, show, select: id, pair: "", focus: "", tab: this.map ? "map" : store.state.tab });
    const circle = this.layout.circles.get(id);
    if (this.map && circle) this.map.reveal(circle, { wanted: model.folderOf(id) < 0 ? 0.055 : 0.3, least: 1 });
  }

  // --- drawing ---

  async draw(state, before) {
    for (const tab of TABS) {
      element(`tab-${tab}`).setAttribute("aria-selected", String(tab === state.tab));
      element(`tab-${tab}`).tabIndex = tab === state.tab ? 0 : -1;
      element(`panel-${tab}`).hidden = tab !== state.tab;
    }
    element("legend").hidden = state.tab !== "map";
    await this.drawScene(state, before);
    if (state.tab === "matrix" && (before?.tab !== "matrix" || before.matrix !== state.matrix))
      await this.drawMatrix(state);
    const tableBefore = before && ["table", "sort", "page"].every((name) => before[name] === state[name]);
    if (state.tab === "table" && (before?.tab !== "table" || !tableBefore)) {
      await drawTable(
        element("table"),
        this.source,
        state,
        (what) => this.told(what),
        (path, line, text) => this.link(path, line, text) ?? text,
      ).catch((error) => this.say(error.message));
    }
    if (!before || ["select", "pair", "impact", "hide", "show"].some((name) => before[name] !== state[name]))
      this.drawDetails(state);
  }

  async drawScene(state, before) {
    const told = ["focus", "only", "depth", "open", "shut", "hide", "show", "edges", "tab", "size", "colour"];
    if (before && before.size !== state.size) this.pack(state.size);
    const changed = !before || told.some((name) => before[name] !== state[name]);
    if (changed) {
      let scene = null;
      if (state.focus) {
        scene = await this.neighbourhood(state);
        if (this.store.state !== state) return;
      }
      const opened = this.opened(state);
      for (const id of opened)
        if (this.source.symbols && !this.inside.has(id) && id.startsWith("file/")) await this.load(id);
      scene ??= { ...mapScene(this.model, this.layout, this.kinds, this.measures, state, opened, this.inside), box: this.box };
      const kept = Boolean(before) && before.size === state.size && !state.focus && !this.scene?.columns;
      this.scene = scene;
      if (this.map && state.tab === "map") this.map.show(scene, { keep: kept });
      drawLegend(element("legend"), this.kinds, this.measures, state, scene, (changes) => this.store.set(changes));
      fill(element("unseen"), sceneTable(scene));
      this.drawFocus(state);
      document.body.dataset.nodes = scene.nodes.length;
      document.body.dataset.edges = scene.edges.length;
      document.body.dataset.drawn = String(Math.round(performance.now()));
    }
    if (this.map) this.map.select(state.select);
  }

  async neighbourhood(state) {
    try {
      const answer = await this.source.neighbours(
        state.focus,
        Number(state.depth),
        state.only ? [state.only] : [],
      );
      return neighbourhoodScene(answer, this.kinds, state, this.model);
    } catch (error) {
      this.say(error.message);
      return null;
    }
  }

  drawFocus(state) {
    const bar = element("focus");
    bar.hidden = !this.scene.columns;
    if (!this.scene.columns) return;
    const centre = this.scene.nodes.find((node) => node.step === 0 && !node.part);
    const members = this.scene.nodes.some((node) => node.part === "member") ? "; its members are below it" : "";
    const steps = [1, 2, 3, 4].map((depth) =>
      h("option", { value: depth, selected: String(depth) === state.depth }, String(depth)),
    );
    fill(
      bar,
      h(
        "span",
        {},
        state.only === "calls" ? "Callers of " : "Users of ",
        h("strong", {}, centre?.label ?? state.focus),
        state.only === "calls" ? " on the left, what it calls on the right" : " on the left, what it uses on the right",
        members,
      ),
      h(
        "label",
        {},
        "steps ",
        h("select", { id: "depth", change: (event) => this.store.set({ depth: event.target.value }) }, steps),
      ),
      h("button", { type: "button", click: () => this.store.set({ focus: "" }) }, "Back to the map"),
    );
  }

  async drawMatrix(state) {
    try {
      this.matrix = await this.source.matrix(state.matrix);
    } catch (error) {
      this.matrix = null;
      this.say(error.message);
    }
    drawMatrix(element("matrix"), this.matrix, this.model, this.source, (what) => this.told(what));
    if (this.store.state.pair) this.drawDetails(this.store.state);
  }

  drawDetails(state) {
    const [source, target] = state.pair ? state.pair.split(">").map(decodeURIComponent) : [];
    if (target) this.details.pair(source, target, state, state.tab === "matrix" ? this.matrix?.kinds : null);
    else if (state.impact && state.impact === state.select) this.details.impact(state.select);
    else if (state.select) this.details.show(state.select, state);
    else this.details.clear();
    const node = this.scene?.nodes.find((each) => each.id === state.select);
    if (node) this.say(`${node.path}, ${node.form}, ${plural(node.count, "file")}`);
  }

  /** Lets the widget of a notebook, in whose frame this is, hear and set the selection. */
  talk() {
    const { parent } = window;
    if (!this.carried.framed || parent === window) return;
    this.store.listen((state, before) => {
      if (state.select !== before.select) parent.postMessage({ kgraph: "selected", id: state.select }, "*");
    });
    addEventListener("message", ({ source, data }) => {
      if (source !== parent || data?.kgraph !== "select" || data.id === this.store.state.select) return;
      this.told({ reveal: String(data.id) });
    });
    parent.postMessage({ kgraph: "ready" }, "*");
  }

  /** Tell those who do not see. */
  say(text) {
    element("said").textContent = text;
  }

  // --- hearing ---

  listen() {
    for (const tab of TABS) element(`tab-${tab}`).addEventListener("click", () => this.told({ tab }));
    element("tabs").addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const tab = TABS[(TABS.indexOf(this.store.state.tab) + step + TABS.length) % TABS.length];
      this.told({ tab });
      element(`tab-${tab}`).focus();
    });
    element("legend-toggle").addEventListener("click", ({ currentTarget }) =>
      currentTarget.setAttribute("aria-expanded", String(currentTarget.getAttribute("aria-expanded") === "false")),
    );
    element("fit").addEventListener("click", () => this.map?.fit());
    element("closer").addEventListener("click", () => this.map?.zoom(0.6));
    element("farther").addEventListener("click", () => this.map?.zoom(1.7));
    element("map").addEventListener("keydown", (event) => this.mapKey(event));
    addEventListener("keydown", (event) => this.key(event));
    addEventListener(
      "resize",
      () => this.map && this.store.state.tab === "map" && this.map.show(this.scene, { keep: true }),
    );
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
    if (event.key === "/") this.search.focus();
    else if (TABS[Number(event.key) - 1]) this.told({ tab: TABS[Number(event.key) - 1] });
    else if (event.key === "Escape") this.told({ select: "" });
    else if (event.key === "?") element("help").open = !element("help").open;
    else return;
    event.preventDefault();
  }

  mapKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.map) return;
    const { state } = this.store;
    const direction = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (direction) {
      const id = this.map.toward(direction);
      if (id) {
        this.told({ select: id });
        const node = this.scene.nodes.find((each) => each.id === id);
        if (!this.scene.columns) this.map.reveal(node, { wanted: node.form === "folder" ? 0.3 : 0.055 });
      }
    } else if (event.key === "Enter" && state.select) this.open(state.select);
    else if (event.key === "Backspace") this.collapse();
    else if (event.key === "n" && state.select) this.told({ focus: state.select });
    else if (event.key === "+" || event.key === "=") this.map.zoom(0.6);
    else if (event.key === "-") this.map.zoom(1.7);
    else if (event.key === "0") this.map.fit();
    else return;
    event.preventDefault();
  }
}

async function start() {
  const carried = JSON.parse(element("carried").textContent);
  const source = carried.server ? new ServerSource() : new EmbeddedSource(carried);
  const model = new Model(await source.overview());
  source.use(model);
  globalThis.kgraph = new Page(carried, source, model);
  for (const [name, address] of carried.links ?? []) element("counts").append(" · ", h("a", { href: address }, name));
  globalThis.kgraph.talk();
  document.body.dataset.ready = "yes";
}

start().catch((error) => {
  element("failed").hidden = false;
  element("failed").textContent = `The graph cannot be shown: ${error.message}`;
  console.error(error);
});
