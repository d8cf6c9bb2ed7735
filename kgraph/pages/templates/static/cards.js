/* Written by kgraph pages. */
// Shows what a name in a source means while the pointer or the focus is on it. Without this script it is a plain link.
(() => {
  "use strict";
  const cards = document.getElementById("cards");
  if (!cards) return;
  const DELAY = 250; // milliseconds
  const shown = document.createElement("div");
  shown.id = "card";
  shown.setAttribute("role", "tooltip");
  shown.hidden = true;
  document.body.append(shown);
  let link = null;
  let timer = 0;

  function hide() {
    clearTimeout(timer);
    shown.hidden = true;
    link?.removeAttribute("aria-describedby");
    link = null;
  }

  function show(target) {
    hide();
    const card = cards.content.children[Number(target.dataset.c)];
    if (!card) return;
    link = target;
    shown.replaceChildren(card.cloneNode(true));
    shown.hidden = false;
    link.setAttribute("aria-describedby", "card");
    const at = link.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left, width - shown.offsetWidth - 8));
    const below = at.bottom + 4 + shown.offsetHeight <= innerHeight;
    shown.style.left = `${left + scrollX}px`;
    shown.style.top = `${(below ? at.bottom + 4 : Math.max(4, at.top - 4 - shown.offsetHeight)) + scrollY}px`;
  }

  const linkOf = (event) => event.target.closest?.("a[data-c]");
  document.addEventListener("pointerover", (event) => {
    const target = linkOf(event);
    clearTimeout(timer);
    if (target && event.pointerType !== "touch") {
      if (target !== link) timer = setTimeout(show, DELAY, target);
    } else if (link && !shown.contains(event.target)) {
      timer = setTimeout(hide, DELAY); // time to reach the card, whose links can be followed
    }
  });
  document.addEventListener("focusin", (event) => {
    const target = linkOf(event);
    if (target?.matches(":focus-visible")) show(target);
    else if (!shown.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("scroll", hide, { passive: true });
  addEventListener("beforeprint", hide);
})();
