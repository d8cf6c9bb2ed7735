// Written by kgraph pages. Search in an index that is split by the first letters of words; works from a disk too.
// The ranking is that of kgraph/search/ranking.py, which says what the tiers are.
"use strict";
const kgraph = window.kgraph = { files: [], shards: {} };
(() => {
  const top = document.body.dataset.top;
  const box = document.getElementById("search");
  const list = document.getElementById("found");
  const loading = new Map();
  const [most, wordsOfPath, text, tiers] = [60, 5, 8, 9];
  const ranks = { Class: 0, Struct: 0, Union: 0, Enum: 0, Concept: 0, Module: 0, Namespace: 0, Folder: 0, Function: 0, Method: 0, File: 0, TypeAlias: 1, Macro: 1, Variable: 1, Field: 1, Property: 1 };
  const low = new Set(["Heading", "Target", "BuildTest"]);

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

  function split(name) {
    const spaced = name.replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2").replace(/([a-z0-9])([A-Z])/g, "$1 $2");
    return spaced.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  function steps(name) {
    return name.replace(/::|->|[/#\\]/g, ".").replace(/^\.+|\.+$/g, "");
  }

  // What rows are compared by, made when a row is first looked at.
  function prepared(row) {
    if (!row.key) {
      const names = [row[1], ...row[6].split("\n").filter(Boolean)];
      row.steps = steps(row[1]);
      row.key = row.steps.toLowerCase();
      row.keys = [row.key, ...names.slice(1).map((each) => steps(each).toLowerCase())];
      row.own = split(row[0]);
      row.full = names.flatMap(split);
    }
    return row;
  }

  function tier(row, asked) {
    const { key, words, ends } = asked;
    const name = row[0].toLowerCase();
    const begin = (of, word) => of.some((each) => each.startsWith(word));
    const all = (of) => words.length > 0 && words.every((word) => begin(of, word));
    const step = "." + key;
    let found;
    if (row.key === key && key.includes(".")) found = 0;
    else if (row.keys.slice(1).includes(key)) found = 1;
    else if (name === key || row.keys.some((each) => each.endsWith(step))) found = 2;
    else if (name.startsWith(key) || (name.startsWith(key.slice(key.lastIndexOf(".") + 1)) && row.keys.some((each) => ("." + each).includes(step))) || (ends && row.keys.some((each) => ends.test(each)))) found = 3;
    else if (all(row.own)) found = 4;
    else if (all(row.full)) found = words.some((word) => begin(row.own, word)) ? 5 : 7;
    else if (row.key.includes(key)) found = 6;
    else return row[7] && all(split(row[7])) ? text : tiers;
    if (found === 7 && row.key.includes(key)) found = 6;
    if (found < wordsOfPath && low.has(row[2])) return wordsOfPath;
    return found >= 3 && row[5] ? Math.min(found + 2, text - 1) : found;
  }

  function order(row, found, asked) {
    const isFile = row[2] === "File" || row[2] === "Folder";
    const spelled = row[0] === asked.steps || row.steps.endsWith(asked.steps);
    return [found, isFile === asked.isPath ? 0 : 1, row[5], ranks[row[2]] ?? 2, spelled ? 0 : 1, -row[4], row[1].length];
  }

  function ranked(rows, question) {
    const words = split(question);
    const pattern = words.map((word) => word.replace(/[^\p{L}\p{N}]/gu, "")).join("[._]?");
    const bare = question.trim().replace(/\(\)$/, "");
    const asked = { key: steps(bare).toLowerCase(), steps: steps(bare), words, isPath: question.includes("/"), ends: words.length > 1 ? new RegExp(`(?:^|\\.)${pattern}$`) : null };
    const found = [];
    for (const row of rows) {
      const at = tier(prepared(row), asked);
      if (at < tiers) found.push([order(row, at, asked), row]);
    }
    found.sort(([a], [b]) => { for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i]; return 0; });
    return found.map(([, row]) => row);
  }

  function entry(row) {
    const [name, full, kind, address, , , names] = row;
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = top + address;
    link.append(full || name);
    const small = document.createElement("small");
    small.textContent = [kind.toLowerCase(), names.split("\n")[0]].filter(Boolean).join(" · ");
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
    const found = ranked(rows.values(), question).slice(0, most);
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
