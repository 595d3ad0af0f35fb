// Moving a row of the queue: the button opens the form as a dialog, and a row dropped above another opens it with that
// one filled in. Without this the button leads to the same form as a page.

const dialog = document.getElementById("move");
const PLACE = "queue-place";
let asked = null;
const MOVABLE = ".queue .entry:has(.move-link)";

function ask(link, above) {
  const address = new URL(link.href);
  const entry = link.closest(".entry");
  // The queue comes back with the moved row current, as it does after a start (queue.js).
  const next = new URL(location.href);
  next.searchParams.set("why", referenceOf(entry));
  address.searchParams.set("next", next.pathname + next.search);
  asked = { id: entry.id, index: [...document.querySelectorAll(".queue .entry")].indexOf(entry) };
  if (above) address.searchParams.set("above", above);
  window.htmx.ajax("GET", address.pathname + address.search, { target: "#move-form", swap: "innerHTML" }).then(() => {
    if (dialog.querySelector("form, p")) dialog.showModal();
  });
}

const referenceOf = (entry) => new URL(entry.querySelector(".title").href).pathname.split("/").filter(Boolean).at(-1);

// The row before which a dropped one is to stand: the one under the pointer, or in its lower half the one after it.
function dropPoint(event) {
  const entry = event.target.closest?.(MOVABLE);
  if (!entry) return null;
  const box = entry.getBoundingClientRect();
  return { entry, below: event.clientY > box.top + box.height / 2 };
}

function targetOf({ entry, below }) {
  if (!below) return referenceOf(entry);
  let next = entry.nextElementSibling;
  while (next && next.matches(".entry") && !next.matches(MOVABLE)) next = next.nextElementSibling;
  if (next?.matches(MOVABLE)) return referenceOf(next);
  // Behind the last row of the last page is behind all; the rows of a further page are not known here.
  return document.querySelector(".pager [rel=next]") || next ? null : "end";
}

if (dialog && window.htmx) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".move-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask(link, null);
  });

  dialog.addEventListener("submit", () => {
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(asked));
    } catch {
      // Without storage the row is current all the same, only without the focus.
    }
  });

  let dragged = null;
  const clear = () => document.querySelectorAll(".drop-above, .drop-below").forEach((row) => row.classList.remove("drop-above", "drop-below"));
  // The title covers its row, and would be dragged as a link.
  const makeDraggable = () => document.querySelectorAll(MOVABLE).forEach((entry) => {
    entry.draggable = true;
    entry.querySelector(".title").draggable = false;
  });
  makeDraggable();
  document.addEventListener("htmx:afterSettle", makeDraggable);

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(MOVABLE) ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", referenceOf(dragged));
    event.dataTransfer.setDragImage(dragged, 24, 16);
  });
  document.addEventListener("dragend", () => { clear(); dragged = null; });
  document.addEventListener("dragover", (event) => {
    const point = dragged && dropPoint(event);
    clear();
    if (!point || point.entry === dragged || !targetOf(point)) return;
    event.preventDefault();
    point.entry.classList.add(point.below ? "drop-below" : "drop-above");
  });
  document.addEventListener("drop", (event) => {
    const point = dragged && dropPoint(event);
    const above = point && targetOf(point);
    if (!above || point.entry === dragged || above === referenceOf(dragged)) return;
    event.preventDefault();
    ask(dragged.querySelector(".move-link"), above);
  });
}
