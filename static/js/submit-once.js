// A form on its way is not sent a second time by an impatient second press; the server would refuse it as well.

const ANSWER_MS = 20000;

function release(form) {
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy='true']").forEach((button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "yes";
  // Not disabled: a disabled button would not be sent, and would lose the focus.
  event.submitter?.setAttribute("aria-busy", "true");
  window.setTimeout(() => release(form), ANSWER_MS);
}, true);

// Back from the next page, or answered in place: the form may be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form");
  if (form) release(form);
});
// The browser's own check stopped it, or a download answered it: the page stays.
document.addEventListener("invalid", (event) => { if (event.target.form) release(event.target.form); }, true);
