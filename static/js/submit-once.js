// A form on its way is not sent a second time by an impatient second press; the server would refuse it as well.

const ANSWER_MS = 20000;

// What takes long says so beside its button, and only the answer ends it.
function noteOf(form) {
  return form.querySelector("[data-while-sending]");
}

function begin(form) {
  form.dataset.sending = "yes";
  const note = noteOf(form);
  if (!note) {
    window.setTimeout(() => release(form), ANSWER_MS);
    return;
  }
  note.hidden = false;
  document.dispatchEvent(new CustomEvent("announce", { detail: note.textContent.trim() }));
}

function release(form) {
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy='true']").forEach((button) => button.removeAttribute("aria-busy"));
  const note = noteOf(form);
  if (note) note.hidden = true;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  begin(form);
  // Not disabled: a disabled button would not be sent, and would lose the focus.
  event.submitter?.setAttribute("aria-busy", "true");
}, true);

// Back from the next page, or answered in place: the form may be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form");
  if (form) release(form);
});
// The browser's own check stopped it, or a download answered it: the page stays.
document.addEventListener("invalid", (event) => { if (event.target.form) release(event.target.form); }, true);
