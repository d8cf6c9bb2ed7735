// Written by kgraph pages. The tree of files beside a page, made of the list that search uses, and what is open.
"use strict";
(() => {
  const top = document.body.dataset.top;
  const tree = document.getElementById("tree");
  const contents = document.getElementById("contents");
  const isWide = matchMedia("(min-width: 72rem)").matches;
  if (contents) contents.open = isWide;

  function element(name, ...children) {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  }

  function link(label, address) {
    const made = element("a", label);
    made.href = top + address;
    if (address === decodeURI(document.body.dataset.page) || address === document.body.dataset.page) made.setAttribute("aria-current", "page");
    return made;
  }

  // Folders are filled when they are opened: a repository may have a hundred thousand files.
  function branch(node) {
    const list = element("ul");
    for (const [name, inner] of [...node.folders].sort(([one], [other]) => one < other ? -1 : 1)) {
      const details = element("details", element("summary", inner.address ? link(name, inner.address) : name));
      const fill = () => { if (details.open && details.childElementCount === 1) details.append(branch(inner)); };
      details.addEventListener("toggle", fill);
      if (inner.isOpen) { details.open = true; fill(); }
      list.append(element("li", details));
    }
    for (const [name, address] of node.files) list.append(element("li", link(name, address)));
    return list;
  }

  function grown(rows) {
    const root = { folders: new Map(), files: [], address: "", isOpen: true };
    const at = (names) => names.reduce((node, name) => {
      if (!node.folders.has(name)) node.folders.set(name, { folders: new Map(), files: [], address: "", isOpen: false });
      return node.folders.get(name);
    }, root);
    const page = document.body.dataset.page;
    for (const [, path, kind, address] of rows) {
      const names = path.split("/");
      if (kind === "Folder") {
        if (path === ".") continue;
        const node = at(names);
        node.address = address;
        node.isOpen = page.startsWith(address.slice(0, address.lastIndexOf("/") + 1));
      } else {
        at(names.slice(0, -1)).files.push([names.at(-1), address]);
      }
    }
    return root;
  }

  function show() {
    if (!tree.open || tree.childElementCount > 1) return;
    globalThis.kgraphScript("files.js").then(() => {
      const nav = element("nav", branch(grown(window.kgraph.files)));
      nav.setAttribute("aria-label", "Files");
      tree.append(nav);
      const current = nav.querySelector("[aria-current]");
      if (current) tree.scrollTop = current.offsetTop - tree.offsetTop - 80;
    });
  }
  tree.addEventListener("toggle", show);
})();
