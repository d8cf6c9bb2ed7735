// Marks the lines that the address names: #L12 or #L12-L20.
function mark() {
  for (const row of document.querySelectorAll("tr.chosen")) row.classList.remove("chosen");
  const match = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash);
  if (!match) return;
  const first = Number(match[1]);
  const last = Math.min(Number(match[2] ?? first), first + 5000);
  for (let line = first; line <= last; line++) document.getElementById(`L${line}`)?.classList.add("chosen");
  if (match[2]) document.getElementById(`L${first}`)?.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", mark);
mark();
