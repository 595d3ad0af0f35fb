// Single keys for what is visible and marked data-key; "?" lists them. They can be switched off, and never act while typing.

const OFF = "shortcuts-off";
const words = document.getElementById("words")?.dataset ?? {};
const dialog = document.getElementById("shortcuts");

function areOn() {
  try {
    return localStorage.getItem(OFF) !== "yes";
  } catch {
    return true;
  }
}

function isTyping(target) {
  return target.isContentEditable || target.closest("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, dialog") !== null;
}

function isVisible(element) {
  return element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? element.offsetParent !== null;
}

function candidates() {
  const current = document.querySelector(".entry[aria-current='true']");
  const marked = [...document.querySelectorAll("[data-key]")].filter((element) => isVisible(element) && !element.disabled);
  // A row's own keys mean the current row; the same keys of other rows are out of reach.
  return marked.filter((element) => !element.closest(".entry") || element.closest(".entry") === current);
}

function act(element) {
  if (element.matches("input, select, textarea")) {
    element.focus();
    return;
  }
  // A key pressed with the focus nowhere counts as a press on the control: what it brings can then take the focus.
  if (document.activeElement === document.body) element.focus({ preventScroll: true });
  element.click();
}

function nameOf(element) {
  const copy = (element.labels?.[0] ?? element).cloneNode(true);
  copy.querySelectorAll("kbd, .optional").forEach((extra) => extra.remove());
  return element.getAttribute("aria-label") ?? copy.textContent.trim();
}

function addRow(list, key, name) {
  const term = document.createElement("dt");
  const shown = document.createElement("kbd");
  const meaning = document.createElement("dd");
  shown.textContent = key;
  meaning.textContent = name;
  term.append(shown);
  list.append(term, meaning);
}

function openList() {
  const list = dialog.querySelector(".keys");
  list.replaceChildren();
  candidates().filter((element) => element.dataset.key !== "?").forEach((element) => addRow(list, element.dataset.key, nameOf(element)));
  if (candidates().some((element) => "defers" in element.dataset)) addRow(list, "d 1 … 4", words.keyDefer);
  if (document.querySelector(".queue .entry")) {
    addRow(list, "j", words.keyNext);
    addRow(list, "k", words.keyPrevious);
    addRow(list, "Enter", words.keyOpen);
  }
  addRow(list, "?", words.keyHelp);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (!(event.target instanceof Element) || isTyping(event.target) || !areOn()) return;
  if (event.key === "?" && dialog) {
    event.preventDefault();
    openList();
    return;
  }
  const element = candidates().find((candidate) => candidate.dataset.key === event.key);
  if (element) {
    event.preventDefault();
    act(element);
  }
});

document.addEventListener("click", (event) => {
  if (dialog && event.target.closest("[data-lists-keys]")) openList();
});

const choice = dialog?.querySelector("[data-keys-on]");
if (choice) {
  choice.checked = areOn();
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, choice.checked ? "no" : "yes");
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });
}
