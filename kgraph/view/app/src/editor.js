// The SPARQL editor of `kgraph serve`: a text area's place taken by one that knows the language. It asks nobody for
// anything; the page runs the query.

import "@zazuko/yasqe/build/yasqe.min.css";

import Yasqe from "@zazuko/yasqe";

/** Takes the place of a text area; gives what reads and writes the query. */
export function replace(area) {
  const place = document.createElement("div");
  area.before(place);
  area.hidden = true;
  const editor = new Yasqe(place, {
    value: area.value,
    autocompleters: ["variables"], // those of prefixes and classes would ask other machines
    consumeShareLink: null,
    createShareableLink: null,
    editorHeight: "18rem",
    extraKeys: { "Ctrl-Enter": () => {}, "Cmd-Enter": () => {} },
    persistenceId: null,
    prefixCcApi: null,
    screenReaderLabel: "Query",
    showQueryButton: false,
  });
  // What the form sends where an answer is a file.
  area.form.addEventListener("submit", () => (area.value = editor.getValue()), { capture: true });
  return { get: () => editor.getValue(), set: (text) => editor.setValue(text) };
}
