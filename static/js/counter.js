// Says how much room is left in a text, and lets a longer paste stand whole so that nothing typed is cut off unseen.

const words = document.getElementById("words")?.dataset ?? {};
const SHOWN_FROM = 0.8;

function update(area, line) {
  const left = Number(area.dataset.limit) - area.value.length;
  const near = area.value.length >= Number(area.dataset.limit) * SHOWN_FROM;
  line.classList.toggle("over", left < 0);
  const sentence = left < 0 ? words.tooLong : words.charactersLeft;
  line.textContent = near ? (sentence ?? "").replace("%s", Math.abs(left)) : "";
}

function prepare(area) {
  if (area.dataset.limit) return;
  area.dataset.limit = String(area.maxLength);
  area.removeAttribute("maxlength");
  const line = document.createElement("div");
  line.className = "counter";
  line.setAttribute("role", "status");
  area.after(line);
  area.addEventListener("input", () => update(area, line));
  // Sent back as too long: the server's sentence beside it says by how much, until the text is changed.
  if (area.getAttribute("aria-invalid") !== "true") update(area, line);
}

// What is searched for is cut on purpose, and the page says so.
const LIMITED = "textarea[maxlength], input[maxlength]:not([type=search])";
const prepareAll = () => document.querySelectorAll(LIMITED).forEach(prepare);

document.addEventListener("htmx:afterSettle", prepareAll);
prepareAll();
