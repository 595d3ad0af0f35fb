// Says what happened: results to the live region, lost connections and errors as a note one can see.

const region = document.getElementById("announce");
const words = document.getElementById("words")?.dataset ?? {};
const statusWords = { 401: words.signedOut, 403: words.forbidden, 404: words.gone, 413: words.tooLarge, 429: words.tooMany, 503: words.unavailable };

function say(sentence) {
  if (!region || !sentence) return;
  region.textContent = "";
  // A live region speaks only when its text changes after it was on the page.
  window.setTimeout(() => { region.textContent = sentence; }, 100);
}

function connectionNote() {
  return document.getElementById("connection");
}

function link(label, address) {
  const anchor = document.createElement("a");
  anchor.className = "button small";
  anchor.href = address;
  anchor.textContent = label;
  return anchor;
}

function retryButton(again) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = words.retry ?? "";
  button.addEventListener("click", () => { hideNote(); again(); });
  return button;
}

function showNote(sentence, extra) {
  const note = connectionNote();
  if (!note || !sentence) return;
  note.replaceChildren(document.createTextNode(sentence));
  if (extra) note.append(extra);
  note.hidden = false;
  say(sentence);
}

function hideNote() {
  const note = connectionNote();
  if (note) note.hidden = true;
}

function retryOf(event) {
  const source = event.detail.elt;
  const trigger = event.detail.requestConfig?.triggeringEvent?.type;
  if (!source || !trigger || !window.htmx) return undefined;
  if (source instanceof HTMLFormElement) return retryButton(() => source.requestSubmit());
  return retryButton(() => window.htmx.trigger(source, trigger));
}

function onResponseError(event) {
  const { status } = event.detail.xhr;
  const signIn = event.detail.xhr.getResponseHeader("X-Sign-In");
  if (status === 401 && signIn) {
    showNote(words.signedOut, link(words.signIn, signIn));
    return;
  }
  showNote(statusWords[status] ?? words.failed, status >= 500 || status === 429 ? retryOf(event) : undefined);
}

document.addEventListener("htmx:responseError", onResponseError);
document.addEventListener("htmx:sendError", (event) => showNote(words.offline, retryOf(event)));
document.addEventListener("htmx:timeout", (event) => showNote(words.slow, retryOf(event)));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) hideNote(); });
document.addEventListener("announce", (event) => say(event.detail.value ?? event.detail));
window.addEventListener("offline", () => showNote(words.offline));
window.addEventListener("online", hideNote);

const notes = [...document.querySelectorAll("#messages .note")].map((note) => note.textContent.trim());
if (notes.length) say(notes.join(" "));
