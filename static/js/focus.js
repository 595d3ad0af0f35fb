// Loaded after the queue's own module, which knows better where one stood in the list.
// After a swap the focus goes to what came: the errors if there are any, else the same control, else the part that changed.

let before = { id: null, had: false };

document.addEventListener("htmx:beforeSwap", () => {
  const element = document.activeElement;
  before = { id: element?.id || null, had: Boolean(element) && element !== document.body };
});

document.addEventListener("htmx:afterSettle", (event) => {
  const summary = event.target.querySelector?.(".error-summary");
  if (summary) {
    summary.focus();
    return;
  }
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (!lost || !before.had) return;
  const same = before.id && document.getElementById(before.id);
  const target = same || event.target.querySelector?.("[data-focus]") || event.target;
  if (!target.matches("a, button, input, select, textarea, summary, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
});
