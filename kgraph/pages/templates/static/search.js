// Written by kgraph pages. Search in an index that is split by the first letters of a name; works from a disk too.
"use strict";
const kgraph = window.kgraph = { files: [], shards: {} };
(() => {
  const top = document.body.dataset.top;
  const box = document.getElementById("search");
  const list = document.getElementById("found");
  const loading = new Map();
  const most = 60;

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

  function shard(word) {
    return word.toLowerCase().slice(0, 2).padEnd(2, "_").replace(/[^a-z0-9]/g, "_");
  }

  function entry(label, note, href) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = top + href;
    link.append(label);
    const small = document.createElement("small");
    small.textContent = note;
    link.append(small);
    item.append(link);
    return item;
  }

  async function search() {
    const word = box.value.trim();
    if (!word) { list.hidden = true; return; }
    await load("files.js");
    if (word.length > 1) await load("index-" + shard(word) + ".js");
    if (word !== box.value.trim()) return;
    const lower = word.toLowerCase();
    const symbols = (kgraph.shards[shard(word)] || []).filter((row) => row[0].toLowerCase().startsWith(lower));
    symbols.sort((a, b) => (a[0].length - b[0].length) || (a[1].length - b[1].length));
    const files = kgraph.files.filter((row) => row[0].toLowerCase().includes(lower));
    files.sort((a, b) => a[0].length - b[0].length);
    const rows = symbols.slice(0, most).map((row) => {
      const [path, page] = kgraph.files[row[3]];
      return entry(row[1], row[2] + " · " + path, page + "#" + row[4]);
    });
    rows.push(...files.slice(0, most).map((row) => entry(row[0], "file", row[1])));
    list.replaceChildren(...(rows.length ? rows : [document.createTextNode("Nothing begins with it.")]));
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
