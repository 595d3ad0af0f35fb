// Deferring by two keys: the first opens the choices over the page, the second takes one of them. The link itself leads
// to the same form as a page.

const dialog = document.getElementById("defer");
const PLACE = "queue-place";
let wanted = null; // the second key, pressed before the choices were there
let isComing = false;

function keysAreOn() {
  try {
    return localStorage.getItem("shortcuts-off") !== "yes";
  } catch {
    return true;
  }
}

const isTyping = (target) => target.closest("textarea, select, input:not([type=checkbox])") !== null;

// The queue comes back with the row current that was, or with the one that took its place (queue.js).
function keepPlace(entry) {
  const index = [...document.querySelectorAll(".queue .entry")].indexOf(entry);
  const keep = () => {
    try {
      sessionStorage.setItem(PLACE, JSON.stringify({ id: entry.id, index }));
    } catch {
      // Without storage the row is current all the same, only without the focus.
    }
  };
  dialog.addEventListener("submit", keep, { once: true });
}

function addressOf(link) {
  const entry = link.closest(".entry");
  const address = new URL(link.href);
  const next = new URL(entry || link.dataset.defers === "back" ? location.href : link.href.replace(/defer\/.*$/, ""));
  if (entry) {
    next.searchParams.set("why", address.pathname.split("/").filter(Boolean).at(-2));
    keepPlace(entry);
  }
  address.searchParams.set("next", next.pathname + next.search);
  return address.pathname + address.search;
}

function press(key) {
  const control = [...dialog.querySelectorAll("[data-key]")].find((candidate) => candidate.dataset.key === key);
  control?.click();
  return Boolean(control);
}

function ask(link) {
  isComing = true;
  wanted = null;
  dialog.querySelector("#defer-form").replaceChildren();
  window.htmx.ajax("GET", addressOf(link), { target: "#defer-form", swap: "innerHTML" }).then(() => {
    isComing = false;
    if (!dialog.querySelector("form, p")) {
      location.assign(link.href);
      return;
    }
    dialog.showModal();
    if (wanted) press(wanted);
  });
}

if (dialog && window.htmx) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-defers]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!isComing) ask(link);
  });

  // Before the other keys of the page: what follows “d” is meant for the choices.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || !keysAreOn()) return;
    if (isComing) {
      wanted = event.key;
    } else if (!dialog.open || isTyping(event.target) || !press(event.key)) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
}
