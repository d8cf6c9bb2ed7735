// The editor: shipped queries with their parameters as fields, and answers as a table. Without this script the page is a
// form that works; with the bundled editor beside it, the text area becomes one that knows SPARQL.
const MOST_ROWS = 1000;
const byId = (id) => document.getElementById(id);
const [form, area, format, status, answer] = ["ask", "query", "format", "status", "answer"].map(byId);
let editor = { get: () => area.value, set: (text) => { area.value = text; } };
let running = null;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function say(text, isError = false) {
  status.textContent = text;
  status.className = isError ? "error" : "";
}

// --- running ---

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  const query = editor.get();
  history.replaceState(null, "", `?${new URLSearchParams({ query })}`);
  answer.replaceChildren();
  byId("note").textContent = "";
  say("Running …");
  const started = performance.now();
  try {
    const accept = "application/sparql-results+json, text/turtle;q=0.9";
    const response = await fetch("sparql", {
      method: "POST", body: query, signal: mine.signal,
      headers: { "Content-Type": "application/sparql-query", Accept: accept },
    });
    const took = `${((performance.now() - started) / 1000).toFixed(2)} s`;
    if (!response.ok) return say((await response.text()).trim(), true);
    byId("note").textContent = response.headers.get("X-Kgraph-Note") ?? "";
    if (response.headers.get("Content-Type").startsWith("application/sparql-results+json")) {
      show(await response.json(), took);
    } else {
      answer.append(element("pre", await response.text()));
      say(`Triples, in ${took}`);
    }
  } catch (error) {
    if (error.name !== "AbortError") say(`No answer: ${error.message}`, true);
  }
}

function show(result, took) {
  if ("boolean" in result) return say(`${result.boolean}, in ${took}`);
  const rows = result.results.bindings;
  const shown = rows.slice(0, MOST_ROWS);
  const head = element("tr");
  for (const name of result.head.vars) head.append(element("th", name, { scope: "col" }));
  const body = element("tbody");
  for (const row of shown) {
    const line = element("tr");
    for (const name of result.head.vars) line.append(cell(row[name]));
    body.append(line);
  }
  const table = element("table");
  const top = element("thead");
  top.append(head);
  table.append(top, body);
  answer.append(table);
  const more = rows.length > shown.length ? `; the first ${MOST_ROWS} are shown, choose a format to have all` : "";
  say(`${rows.length} rows, in ${took}${more}`);
}

function cell(term) {
  if (!term) return element("td");
  const number = /integer|decimal|double/.test(term.datatype ?? "");
  const made = element("td", undefined, number ? { class: "number" } : {});
  const file = term.type === "uri" && /^https?:.*\/file\/(.+)$/.exec(term.value);
  if (file) made.append(element("a", term.value, { href: `source/${file[1]}` }));
  else made.textContent = term.value;
  return made;
}

// --- shipped queries ---

async function fillShipped() {
  const queries = await (await fetch("api/queries")).json();
  const choice = byId("queries");
  choice.append(element("option", "", { value: "" }));
  for (const query of queries) choice.append(element("option", query.name, { value: query.name }));
  choice.addEventListener("change", () => choose(queries.find((query) => query.name === choice.value)));
  byId("shipped").hidden = false;
}

function choose(query) {
  const fields = byId("parameters");
  fields.replaceChildren();
  byId("sentence").textContent = query?.sentence ?? "";
  if (!query) return;
  for (const parameter of query.parameters) {
    const label = element("label", `${parameter.name} `);
    const input = element("input", undefined, { name: parameter.name, placeholder: parameter.example });
    if (parameter.need === "default") input.value = parameter.example;
    if (parameter.need === "required") input.required = true;
    label.append(input);
    fields.append(label);
  }
  fields.append(element("button", "Run"));
  fields.onsubmit = (event) => {
    event.preventDefault();
    write(query.name, new FormData(fields));
  };
  if (!query.parameters.some((parameter) => parameter.need === "required")) write(query.name, new FormData(fields));
}

async function write(name, fields) {
  const given = [...fields].filter(([, value]) => value !== "");
  const response = await fetch(`api/queries/${encodeURIComponent(name)}?${new URLSearchParams(given)}`);
  const said = await response.json();
  if (!response.ok) return say(said.error, true);
  editor.set(said.text);
  run();
}

// --- starting ---

form.addEventListener("submit", (event) => {
  if (format.value) { // the browser goes there, and shows or saves what comes
    area.value = editor.get();
    return;
  }
  event.preventDefault();
  run();
});
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
}, true);
const { run: runs, editor: bundled } = document.querySelector("main").dataset;
if (bundled) editor = (await import("/app/editor.js")).replace(area); // else the text area does
fillShipped().catch((error) => say(`The shipped queries cannot be listed: ${error.message}`, true));
if (runs) run();
