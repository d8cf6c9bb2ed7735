// Written by kgraph pages. The ranking of kgraph/search/ranking.py, which says what the tiers are, for pages without a server.
//
// A row is [name, full name, kind, where it leads, uses, 1 if it is of a test, public names by line, text, ...].
"use strict";
globalThis.kgraphRanking = (() => {
  const [wordsOfPath, text, some, none] = [5, 8, 9, 10];
  const minNamed = 50; // with fewer that are named so, texts are searched
  const ranks = { Class: 0, Struct: 0, Union: 0, Enum: 0, Concept: 0, Module: 0, Namespace: 0, Folder: 0, Function: 0, Method: 0, File: 0, TypeAlias: 1, Macro: 1, Variable: 1, Field: 1, Property: 1 };
  const common = new Set("the and for from with into what who how where which why does can get has are this that".split(" "));
  const low = new Set(["Heading", "Target", "BuildTest", "ExternalSymbol", "ExternalModule", "ExternalHeader", "Package"]);

  function split(name) {
    const spaced = name.replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2").replace(/([a-z0-9])([A-Z])/g, "$1 $2");
    return spaced.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  function steps(name) {
    return name.replace(/::|->|[/#\\]/g, ".").replace(/^\.+|\.+$/g, "");
  }

  // What rows are compared by, made when a row is first looked at.
  function prepared(row) {
    if (row.key === undefined) {
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
    else if (all(row.own) || isDescribed(row, asked)) found = 4;
    else if (all(row.full)) found = words.some((word) => begin(row.own, word)) ? 5 : row.key.includes(key) ? 6 : 7;
    else if (row.keys.some((each) => each.includes(key))) found = 6;
    else return row[7] && asked.texts.length && asked.texts.every((each) => each.test(" " + row[7].toLowerCase())) ? text : none;
    if (found < wordsOfPath && low.has(row[2])) return wordsOfPath;
    return found >= 3 && row[5] ? Math.min(found + 2, text - 1) : found;
  }

  // Its short name is of words of the question, and the others stand in its text.
  function isDescribed(row, { words, patterns }) {
    if (words.length < 2 || !row.own.length || !row.own.every((each) => words.includes(each))) return false;
    const said = " " + (row[7] || "").toLowerCase();
    return words.every((word, at) => row.own.some((each) => each.startsWith(word)) || patterns[at].test(said));
  }

  // What at least half of the telling words are about, with how many are missing.
  function matchSome(rows, { words, patterns }) {
    const telling = [...new Set(words)].filter((word) => word.length > 2 && !common.has(word));
    const found = [];
    for (const row of rows) {
      const said = " " + (row[7] || "").toLowerCase();
      const missing = telling.filter((word) => !prepared(row).full.some((each) => each.startsWith(word)) && !patterns[words.indexOf(word)].test(said)).length;
      if (missing < telling.length && 2 * missing <= telling.length) found.push([row, missing]);
    }
    return found;
  }

  function order(row, found, asked) {
    const isFile = row[2] === "File" || row[2] === "Folder";
    const spelled = row[0] === asked.steps || row.steps.endsWith(asked.steps);
    return [found, isFile === asked.isPath ? 0 : 1, row[5], ranks[row[2]] ?? 2, spelled ? 0 : 1, -row[4], row[1].length];
  }

  function compare([first, a], [second, b]) {
    for (let at = 0; at < first.length; at++) if (first[at] !== second[at]) return first[at] - second[at];
    return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
  }

  /** The rows that the question may mean, the best first, each with its tier. */
  function ranked(rows, question) {
    const bare = question.trim().replace(/\(\)$/, "");
    const words = split(question);
    const asked = { key: steps(bare).toLowerCase(), steps: steps(bare), words, isPath: question.includes("/") };
    if (!asked.key) return [];
    asked.ends = words.length > 1 ? new RegExp(`(?:^|\\.)${words.join("[._]?")}$`) : null;
    asked.patterns = words.map((word) => new RegExp(`[^\\p{L}\\p{N}]${word}`, "u"));
    asked.texts = words.some((word) => word.length > 2) ? asked.patterns : [];
    let found = [];
    rows = [...rows];
    for (const row of rows) {
      const at = tier(prepared(row), asked);
      if (at < none) found.push([order(row, at, asked), row, at]);
    }
    const named = found.filter(([, , at]) => at < text);
    if (named.length >= minNamed) found = named;
    if (!found.length && /\S\s+\S/.test(question)) found = matchSome(rows, asked).map(([row, missing]) => [[some, missing, ...order(row, some, asked).slice(1)], row, some]);
    return found.sort(compare).map(([, row, at]) => [row, at]);
  }

  return { ranked, split };
})();
