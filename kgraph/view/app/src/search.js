// The search box: a combobox over what the source finds, the best first.

import { fill, h, number, plural } from "./dom.js";

export class Search {
  #turn = 0;
  #at = -1;
  #rows = [];

  /** `found` hears the id of what was chosen. */
  constructor(input, list, source, found) {
    Object.assign(this, { input, list, source, found });
    input.addEventListener("input", () => this.#ask());
    input.addEventListener("focus", () => input.value && this.#ask());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => setTimeout(() => this.#close(), 150));
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  async #ask() {
    const turn = ++this.#turn;
    const query = this.input.value;
    const answer = await this.source.search(query, 30).catch((error) => ({ rows: [], total: 0, error }));
    if (turn !== this.#turn) return;
    this.#rows = answer.rows;
    this.#at = answer.rows.length ? 0 : -1;
    if (!query.trim()) {
      this.#close();
      return;
    }
    const options = answer.rows.map((row, at) => {
      const where =
        row.class === "Symbol"
          ? `${row.kind} · ${row.path ?? ""}${row.line ? `:${row.line}` : ""}`
          : row.class === "Folder"
            ? `folder · ${row.path}`
            : (row.path ?? row.kind);
      const choose = (event) => {
        event.preventDefault();
        this.#choose(at);
      };
      return h(
        "li",
        { role: "option", id: `found-${at}`, mousedown: choose },
        h("span", { class: "name" }, row.label),
        h("span", { class: "where" }, where),
      );
    });
    const rest = answer.total - answer.rows.length;
    const note = answer.error
      ? answer.error.message
      : [
          answer.total ? rest > 0 && `and ${plural(rest, "other")}` : "nothing has this name",
          answer.omitted && `this page leaves out ${plural(answer.omitted, "symbol")}, which kgraph serve finds`,
        ]
          .filter(Boolean)
          .join("; ");
    fill(this.list, options, note ? h("li", { class: "note", role: "presentation" }, note) : null);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.list.setAttribute("aria-label", `${number(answer.total)} found`);
    this.#light();
  }

  #light() {
    [...this.list.querySelectorAll("[role=option]")].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === this.#at));
      if (at === this.#at) option.scrollIntoView({ block: "nearest" });
    });
    if (this.#at >= 0) this.input.setAttribute("aria-activedescendant", `found-${this.#at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  async #key(event) {
    if (event.key === "Escape") {
      if (this.list.hidden) this.input.blur();
      this.#close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (this.#rows.length) this.#at = (this.#at + step + this.#rows.length) % this.#rows.length;
      this.#light();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.list.hidden || this.#at < 0) await this.#ask();
      if (this.#at >= 0) this.#choose(this.#at);
    } else return;
    event.stopPropagation();
  }

  #choose(at) {
    const row = this.#rows[at];
    this.#close();
    this.input.blur();
    this.found(row.id);
  }

  #close() {
    this.#turn++;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
