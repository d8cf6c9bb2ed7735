// The file graph as the overview tells it: columns become arrays, folders a tree.
//
// Nodes are numbered as in the overview: files, externals, folders. Whatever the page shows by folders is summed up
// from here, so that filters act at once and no count is told by anyone else.

const OWN = "#files"; // what the id of a folder's own files, seen as one node, ends with
export const OUTSIDE = "external/"; // the id of everything outside of the repository, seen as one node

const encodeSegment = (segment) =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (char) => "%" + char.charCodeAt(0).toString(16).toUpperCase());

const encodePath = (path) => path.split("/").map(encodeSegment).join("/");

const DEPENDENCIES = ["includes", "imports", "needs"];

export class Model {
  #fans = null;
  #byPath = null;

  constructor(overview) {
    const { files, folders, externals } = overview;
    this.repository = overview.repository;
    this.counts = overview.counts;
    this.level = overview.level;
    this.caps = overview.caps;
    this.languages = overview.languages;
    this.unread = overview.not_analysed; // what was analysed in no file of a language
    this.files = files;
    this.folders = folders;
    this.externals = externals;
    this.fileCount = files.name.length;
    this.firstFolder = this.fileCount + externals.id.length;
    this.size = this.firstFolder + folders.id.length;
    this.edges = {};
    for (const [kind, columns] of Object.entries(overview.edges)) this.edges[kind] = decoded(columns);
    this.degree = new Int32Array(this.size); // dependencies that each node takes part in
    for (const [kind, { source, target }] of Object.entries(this.edges)) {
      if (kind === "related") continue;
      for (const ends of [source, target]) for (const end of ends) this.degree[end]++;
    }
    this.#makeTree();
    this.#nameFiles();
  }

  #makeTree() {
    const { parent, path } = this.folders;
    this.childFolders = path.map(() => []);
    this.ownFiles = path.map(() => []);
    parent.forEach((above, folder) => above >= 0 && this.childFolders[above].push(folder));
    this.files.folder.forEach((folder, file) => this.ownFiles[folder].push(file));
    this.root = parent.indexOf(-1);
    this.below = path.map((_, folder) => this.ownFiles[folder].reduce((sum, file) => sum + this.weight(file), 0));
    // Ids are sorted, so that parents stand before their children.
    for (let folder = path.length - 1; folder >= 0; folder--) {
      if (parent[folder] >= 0) this.below[parent[folder]] += this.below[folder];
    }
  }

  #nameFiles() {
    this.filePath = this.files.name.map((name, file) => {
      const folder = this.folders.path[this.files.folder[file]];
      return folder === "." ? name : `${folder}/${name}`;
    });
    this.fileId = this.files.name.map((name, file) => {
      if (this.level === "folders") return this.folders.id[this.files.folder[file]] + OWN;
      return this.files.id[file] ?? "file/" + encodePath(this.filePath[file]);
    });
    this.numbers = new Map();
    this.fileId.forEach((id, file) => this.numbers.set(id, file));
    this.externals.id.forEach((id, at) => this.numbers.set(id, this.fileCount + at));
    this.folders.id.forEach((id, at) => this.numbers.set(id, this.firstFolder + at));
  }

  /** How many files an entry of `files` stands for. */
  weight(file) {
    return this.files.count ? this.files.count[file] : 1;
  }

  language(file) {
    const language = this.files.language[file];
    return language < 0 ? "" : this.languages[language];
  }

  notAnalysed(file) {
    return this.unread[this.language(file)] ?? "";
  }

  isFile(number) {
    return number >= 0 && number < this.fileCount;
  }

  isFolder(number) {
    return number >= this.firstFolder;
  }

  /** The place in `folders` of a folder's id, its own files' id, or -1. */
  folderOf(id) {
    const number = this.numbers.get(id.endsWith(OWN) ? id.slice(0, -OWN.length) : id);
    return number !== undefined && this.isFolder(number) ? number - this.firstFolder : -1;
  }

  id(number) {
    if (this.isFile(number)) return this.fileId[number];
    if (this.isFolder(number)) return this.folders.id[number - this.firstFolder];
    return this.externals.id[number - this.fileCount];
  }

  /** What a node is called where there is room: a path, or a spelling. */
  name(number) {
    if (this.isFile(number)) return this.filePath[number];
    if (this.isFolder(number)) return this.folders.path[number - this.firstFolder];
    return this.externals.name[number - this.fileCount];
  }

  ownId(folder) {
    return this.folders.id[folder] + OWN;
  }

  /** The folders above a folder, the root first. */
  above(folder) {
    const chain = [];
    for (let at = this.folders.parent[folder]; at >= 0; at = this.folders.parent[at]) chain.unshift(at);
    return chain;
  }

  /** Which files an id stands for: a file, a folder with all below, its own files, or (matrix) the rest of it. */
  members(id) {
    const marks = new Uint8Array(this.size);
    if (id === OUTSIDE) return marks.fill(1, this.fileCount, this.firstFolder);
    const folder = this.folderOf(id);
    if (folder < 0) {
      if (this.numbers.has(id)) marks[this.numbers.get(id)] = 1;
      return marks;
    }
    const own = id.endsWith(OWN);
    const visit = (at) => {
      marks[this.firstFolder + at] = 1;
      for (const file of this.ownFiles[at]) marks[file] = 1;
      if (!own) this.childFolders[at].forEach(visit);
    };
    visit(folder);
    return marks;
  }

  /** The number of each file by its path. */
  filesByPath() {
    this.#byPath ??= new Map(this.filePath.map((path, file) => [path, file]));
    return this.#byPath;
  }

  /** How many files each file includes or imports, and how many include or import it. */
  fans() {
    if (!this.#fans) {
      const pairs = new Set();
      this.#fans = [new Int32Array(this.fileCount), new Int32Array(this.fileCount)];
      for (const { source, target } of this.between(null, null, DEPENDENCIES)) {
        const pair = source * this.size + target;
        if (!this.isFile(target) || source === target || pairs.has(pair)) continue;
        pairs.add(pair);
        this.#fans[0][source]++;
        this.#fans[1][target]++;
      }
    }
    return this.#fans;
  }

  /** Every edge of the given kinds between two sets of nodes (or from or to one, where the other is null). */
  *between(sources, targets, kinds) {
    for (const kind of kinds) {
      const { source, target, line, count } = this.edges[kind] ?? { source: [] };
      for (let at = 0; at < source.length; at++) {
        if (sources && !sources[source[at]]) continue;
        if (targets && !targets[target[at]]) continue;
        yield { kind, source: source[at], target: target[at], line: line?.[at] || null, count: count?.[at] ?? 1 };
      }
    }
  }
}

function decoded({ degree, target, line, count }) {
  const source = new Int32Array(target.length);
  let at = 0;
  degree.forEach((edges, node) => {
    source.fill(node, at, at + edges);
    at += edges;
  });
  return { source, target: Int32Array.from(target), line, count };
}
