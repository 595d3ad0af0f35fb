// Keeps what is typed in forms marked data-draft="name" until the server has taken it, one copy per person and form.
// What is marked data-draft-sealed too is kept by this tab alone, and goes with it.

const person = document.body.dataset.person ?? "";
const words = document.getElementById("words")?.dataset ?? {};
const prefix = `draft:${person}:`;
const SENT = "draft-sent";
const KEPT_FOR_MS = 14 * 24 * 3600 * 1000;

const storeOf = (form) => ("draftSealed" in form.dataset ? sessionStorage : localStorage);
const keyOf = (form) => prefix + form.dataset.draft;

// Storage can be full or forbidden; the form must work all the same.
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

function isKept(field) {
  if (!field.name || field.name === "csrfmiddlewaretoken") return false;
  return "draftKeep" in field.dataset || !["password", "hidden", "file", "submit", "button"].includes(field.type);
}

function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.multiple) {
      values[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else {
      values[field.name] = field.value;
    }
  }
  return values;
}

function fill(form, values) {
  for (const field of form.elements) {
    if (!isKept(field) || !(field.name in values)) continue;
    const value = values[field.name];
    if (field.type === "radio" || field.type === "checkbox") field.checked = value.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function showRestored(form, untouched) {
  const note = document.createElement("div");
  note.className = "note";
  note.append(words.draftRestored ?? "");
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "button small";
  discard.textContent = words.draftDiscard ?? "";
  discard.addEventListener("click", () => {
    fill(form, untouched);
    attempt(() => storeOf(form).removeItem(keyOf(form)));
    note.remove();
    [...form.elements].find(isKept)?.focus();
  });
  note.append(discard);
  form.prepend(note);
  document.dispatchEvent(new CustomEvent("announce", { detail: words.draftRestored }));
}

function restore(form) {
  if (form.dataset.draftReady) return;
  form.dataset.draftReady = "yes";
  // Sent back with errors: the server's copy of the typed text is the newer one.
  if (form.querySelector("[aria-invalid='true'], .error-summary")) return;
  const kept = attempt(() => JSON.parse(storeOf(form).getItem(keyOf(form))));
  if (!kept || Date.now() - kept.at > KEPT_FOR_MS) return;
  const untouched = valuesOf(form);
  if (JSON.stringify(untouched) === JSON.stringify(kept.values)) return;
  fill(form, kept.values);
  showRestored(form, untouched);
}

function keep(form) {
  attempt(() => storeOf(form).setItem(keyOf(form), JSON.stringify({ at: Date.now(), values: valuesOf(form) })));
}

function forgetIfTaken() {
  const key = attempt(() => sessionStorage.getItem(SENT));
  if (!key) return;
  // Sign-in and error pages are "plain", and a form sent back shows errors: neither means that the text arrived.
  const refused = document.querySelector(".plain, .error-summary, .note.error, [aria-invalid='true']");
  if (!refused) attempt(() => [localStorage, sessionStorage].forEach((store) => store.removeItem(key)));
  attempt(() => sessionStorage.removeItem(SENT));
}

function forgetAll() {
  for (const store of [localStorage, sessionStorage]) {
    attempt(() => Object.keys(store).filter((key) => key.startsWith(prefix)).forEach((key) => store.removeItem(key)));
  }
}

const draftForm = (element) => element?.closest?.("form[data-draft]");
const restoreAll = () => document.querySelectorAll("form[data-draft]").forEach(restore);

document.addEventListener("input", (event) => {
  const form = draftForm(event.target);
  if (form && event.isTrusted) keep(form);
});
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-signs-out]")) forgetAll();
  // Not needed any more: what is sent says so.
  const spared = event.target.dataset.draftForgets;
  if (spared) attempt(() => localStorage.removeItem(prefix + spared));
  const form = draftForm(event.target);
  if (!form) return;
  keep(form);
  if (!event.defaultPrevented) attempt(() => sessionStorage.setItem(SENT, keyOf(form)));
});
document.addEventListener("htmx:afterRequest", (event) => {
  // What was only asked for meanwhile took nothing.
  if (event.detail.requestConfig?.verb === "get") return;
  // A form that the answer took the place of is named by what was asked alone.
  const form = draftForm(event.detail.requestConfig?.elt ?? event.detail.elt);
  if (!form) return;
  attempt(() => sessionStorage.removeItem(SENT));
  if (event.detail.successful) attempt(() => storeOf(form).removeItem(keyOf(form)));
});
document.addEventListener("htmx:afterSettle", restoreAll);

forgetIfTaken();
restoreAll();
