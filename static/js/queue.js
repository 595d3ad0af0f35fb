// Moves through the queue by j/k or the arrows, and never lets a refreshed list lose one's place.

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
let place = { id: null, index: 0, focused: false };

const entries = () => [...document.querySelectorAll(".queue .entry")];
const currentOf = (list) => list.find((entry) => entry.getAttribute("aria-current") === "true");

function isElsewhere(target) {
  return target.isContentEditable || target.closest("input, textarea, select, dialog, details[open] .menu, [role=menu]") !== null;
}

function makeCurrent(entry, { focus }) {
  const before = currentOf(entries());
  if (before !== entry) {
    before?.removeAttribute("aria-current");
    entry.setAttribute("aria-current", "true");
    entry.dispatchEvent(new CustomEvent("desk:current", { bubbles: true }));
  }
  if (focus) {
    const title = entry.querySelector(".title");
    title?.focus({ preventScroll: true });
    entry.scrollIntoView({ block: "nearest" });
  }
}

function keysAreOn() {
  try {
    return localStorage.getItem("shortcuts-off") !== "yes";
  } catch {
    return true;
  }
}

document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  if (event.key.length === 1 && !keysAreOn()) return;
  const list = entries();
  if (!list.length || isElsewhere(event.target)) return;
  // The arrows scroll the page unless one is in the list.
  if (event.key.startsWith("Arrow") && !event.target.closest(".queue")) return;
  const at = list.indexOf(event.target.closest(".entry") ?? currentOf(list));
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1);
  event.preventDefault();
  makeCurrent(list[next], { focus: true });
});

// The current row opens from wherever nothing else has the focus.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  if (document.activeElement === document.body && keysAreOn()) currentOf(entries())?.querySelector(".title").click();
});

// Where nothing hovers, “More” brings out what can be done with a row. Not when it gets the focus: it would be gone
// before the press on it is over.
document.addEventListener("click", (event) => {
  const entry = event.target.closest(".more-link")?.closest(".queue .entry");
  if (!entry) return;
  event.preventDefault();
  makeCurrent(entry, { focus: false });
  entry.querySelector(".quick :is(a, button)")?.focus();
});

document.addEventListener("focusin", (event) => {
  const entry = event.target.closest?.(".queue .entry");
  if (entry && !event.target.matches(".more-link")) makeCurrent(entry, { focus: false });
});

document.addEventListener("htmx:beforeSwap", () => {
  const list = entries();
  const entry = document.activeElement?.closest?.(".entry") ?? currentOf(list);
  place = { id: entry?.id ?? null, index: list.indexOf(entry), focused: Boolean(document.activeElement?.closest?.(".queue")) };
});

document.addEventListener("htmx:afterSettle", () => {
  const list = entries();
  if (!list.length || place.index < 0) return;
  const entry = (place.id && list.find((candidate) => candidate.id === place.id)) || list[Math.min(place.index, list.length - 1)];
  const lost = document.activeElement === document.body || document.activeElement === null;
  makeCurrent(entry, { focus: place.focused && lost });
});

// What could not be fetched must not leave the explanation of another row standing.
function admitMissing(event) {
  const entry = event.detail.elt;
  const panel = document.getElementById("why");
  if (!panel || !entry?.matches?.(".entry[aria-current='true']")) return;
  const heading = document.createElement("h2");
  const sentence = document.createElement("p");
  heading.textContent = entry.querySelector(".title").textContent;
  sentence.textContent = document.getElementById("words")?.dataset.noWhy ?? "";
  panel.replaceChildren(heading, sentence);
}
["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((name) => document.addEventListener(name, admitMissing));

// Starting a request loads the queue anew: it comes back with the same row current and the focus on it; where the row
// has left the list, with the one that took its place.
const PLACE = "queue-place";

document.addEventListener("submit", (event) => {
  const entry = event.target.id === "start" ? event.submitter?.closest(".entry") : null;
  const next = entry && event.target.elements.namedItem("next");
  if (!next) return;
  const address = new URL(next.value, location.href);
  const reference = new URL(entry.querySelector(".title").href).pathname.split("/").filter(Boolean).at(-1);
  address.searchParams.set("why", reference);
  next.value = address.pathname + address.search;
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ id: entry.id, index: entries().indexOf(entry) }));
  } catch {
    // Without storage the row is current all the same, only without the focus.
  }
});

// Not before htmx listens to the rows, else the explanation beside them would be of another.
window.addEventListener("load", () => {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
  } catch {
    return;
  }
  const list = entries();
  if (kept && list.length) makeCurrent(list.find((entry) => entry.id === kept.id) ?? list[Math.min(kept.index, list.length - 1)], { focus: true });
});
