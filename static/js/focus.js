// Loaded after the queue's own module, which knows better where one stood in the list.
// After a swap the focus goes to what came: the errors if there are any, else the same control, else the part that changed;
// what would be out of sight then comes into view.

let before = null;

// Only the swap that takes the focus away gives it back: another part may be answered between the two.
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  const element = document.activeElement;
  if (element !== document.body && part.contains(element)) before = { id: element.id, part: part.id };
});

document.addEventListener("htmx:afterSettle", (event) => {
  // A dialog opened before its form came: one writes in the form.
  const opened = document.activeElement?.matches("dialog[open]") && document.activeElement.contains(event.target);
  if (opened) event.target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  const summary = event.target.querySelector?.(".error-summary");
  if (summary) {
    summary.focus();
    return;
  }
  if (before?.part !== event.target.id) return;
  const lost = document.activeElement === document.body || document.activeElement === null;
  const same = before.id && document.getElementById(before.id);
  before = null;
  if (!lost) return;
  const target = same || event.target.querySelector?.("[data-focus]") || event.target;
  if (!target.matches("a, button, input, select, textarea, summary, [tabindex]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  const { top, bottom } = target.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) target.scrollIntoView({ block: "start" });
});
