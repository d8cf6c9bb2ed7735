// The legend: a checkbox for every kind of node and edge, with what is hidden told.

import { fill, h, number } from "./dom.js";
import { edgeColour } from "./kinds.js";
import { drawMeasures } from "./measures.js";

const WORDS = { linksAgainst: "links against", typeOf: "has the type" };

/** Draws the legend for a scene; `change(changes)` hears what the reader wants. */
export function drawLegend(element, kinds, measures, state, scene, change) {
  const hidden = kinds.hidden(state);
  const row = ({ name, count }, mark, title) => {
    const toggle = (event) => change(kinds.toggle(state, name, event.target.checked));
    const box = h("input", { type: "checkbox", change: toggle, "data-kind": name });
    box.checked = !hidden.has(name);
    return h(
      "label",
      { class: "kind", title },
      box,
      mark,
      h("span", { class: "name" }, WORDS[name] ?? name),
      h("span", { class: "count" }, number(count)),
    );
  };
  const swatch = (shape, colour) => {
    const mark = h("span", { class: `swatch ${shape}`, "aria-hidden": "true" });
    mark.style.backgroundColor = colour;
    return mark;
  };
  const focused = document.activeElement?.dataset?.kind;
  const onMap = scene && !scene.columns;
  const byLanguage = !onMap || state.colour === "language";
  fill(
    element,
    onMap ? drawMeasures(measures, state, change, swatch) : null,
    h(
      "fieldset",
      {},
      h("legend", {}, "Files"),
      kinds.nodes.map((kind) =>
        byLanguage
          ? row(kind, swatch("dot", kinds.colour(kind.name)), "a circle's colour is that of most of its files")
          : row(kind, null, "files of this language"),
      ),
    ),
    kinds.parts.length
      ? h(
          "fieldset",
          {},
          h("legend", {}, "Parts"),
          kinds.parts.map((part) => row(part, null, "files of all languages, recognised by names and folders")),
        )
      : null,
    h(
      "fieldset",
      {},
      h("legend", {}, "Edges"),
      kinds.edges.map((kind) =>
        row(kind, swatch("line", edgeColour(kind.name)), `${number(kind.count)} edges in the graph`),
      ),
    ),
    onMap ? limit(state, scene, change) : null,
    scene?.told.length
      ? h(
          "ul",
          { class: "told" },
          scene.told.map((sentence) => h("li", {}, sentence)),
        )
      : null,
  );
  if (focused) [...element.querySelectorAll("input")].find((box) => box.dataset.kind === focused)?.focus();
}

function limit(state, scene, change) {
  const steps = [30, 60, 100, 200, 400, 800, 2000];
  const options = steps.map((step) =>
    h("option", { value: step, selected: String(step) === state.edges }, number(step)),
  );
  const select = h("select", { id: "most-edges", change: (event) => change({ edges: event.target.value }) }, options);
  return h(
    "p",
    { class: "limit" },
    h("label", { for: "most-edges" }, "Draw at most "),
    select,
    ` of ${number(scene.edgesInAll)} edges`,
  );
}
