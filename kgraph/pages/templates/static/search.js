// Written by kgraph pages. Search in an index that is split by the first letters of words; works from a disk too.
// ranking.js, which stands beside it, ranks.
"use strict";
const kgraph = window.kgraph = { files: [], shards: {} };
(() => {
  const top = document.body.dataset.top;
  const box = document.getElementById("search");
  const list = document.getElementById("found");
  const loading = new Map();
  const most = 60;
  const { ranked, split } = globalThis.kgraphRanking;

  function load(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((done) => {
        const script = document.createElement("script");
        script.src = top + "static/" + name;
        script.onload = script.onerror = () => done();
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  globalThis.kgraphScript = load;  // for frame.js, which shows the same files as a tree

  function shard(word) {
    return word.toLowerCase().slice(0, 2).padEnd(2, "_").replace(/[^a-z0-9]/g, "_");
  }

  function entry(row) {
    const [name, full, kind, address, , , names] = row;
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = top + address;
    link.append(full || name);
    const small = document.createElement("small");
    small.textContent = [kind.replace(/([a-z])([A-Z])/, "$1 $2").toLowerCase(), names.split("\n")[0]].filter(Boolean).join(" · ");
    link.append(small);
    item.append(link);
    return item;
  }

  async function search() {
    const question = box.value.trim();
    if (!question) { list.hidden = true; return; }
    const keys = [...new Set([question, ...question.split(/[^\p{L}\p{N}_]+/u), ...split(question)].filter((word) => word.length > 1).map(shard))].slice(0, 8);
    await Promise.all(["files.js", ...keys.map((key) => "index-" + key + ".js")].map(load));
    if (question !== box.value.trim()) return;
    const rows = new Map(kgraph.files.map((row) => [row[3] + row[2], row]));
    for (const key of keys) for (const row of kgraph.shards[key] || []) if (!rows.has(row[3] + row[2])) rows.set(row[3] + row[2], row);
    const found = ranked(rows.values(), question).slice(0, most).map(([row]) => row);
    list.replaceChildren(...(found.length ? found.map(entry) : [document.createTextNode("Nothing has such a name.")]));
    list.dataset.question = question;
    list.hidden = false;
  }

  box.addEventListener("input", search);
  box.addEventListener("focus", search);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) { event.preventDefault(); box.focus(); }
    if (event.key === "Escape") { list.hidden = true; box.blur(); }
    if (event.key === "Enter" && document.activeElement === box) { const first = list.querySelector("a"); if (first) first.click(); }
  });
  document.addEventListener("click", (event) => { if (!event.target.closest("header")) list.hidden = true; });
})();
