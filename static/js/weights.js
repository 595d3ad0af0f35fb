// Drafting rules: sliders that keep the sum at 100 %, and criteria dragged into order. Everything here can be typed
// and pressed as well; the server makes weights of an order.

const form = document.querySelector("form[data-rules]");

if (form) {
  const sliders = [...form.querySelectorAll("[data-slides]")];
  const field = (slider) => document.getElementById(slider.dataset.slides);
  const number = (input) => Math.max(Number.parseFloat(input.value.replace(",", ".")) || 0, 0);
  const written = (value) => String(Math.round(value * 100) / 100);
  const total = form.querySelector("[data-weights-total]");

  const say = () => {
    const sum = sliders.reduce((all, slider) => all + number(field(slider)), 0);
    total.value = `${written(sum)} %`;
  };

  const follow = (moved) => {
    const value = Number(moved.value);
    const others = sliders.filter((slider) => slider !== moved);
    const rest = others.reduce((all, slider) => all + number(field(slider)), 0);
    others.forEach((slider) => {
      const share = rest > 0 ? number(field(slider)) / rest : 1 / others.length;
      field(slider).value = written((100 - value) * share);
      slider.value = field(slider).value;
    });
    field(moved).value = written(value);
    say();
  };

  sliders.forEach((slider) => {
    slider.hidden = false;
    slider.value = field(slider).value;
    slider.addEventListener("input", () => follow(slider));
    field(slider).addEventListener("input", () => {
      slider.value = field(slider).value;
      say();
    });
  });
  say();

  const list = form.querySelector(".weights");
  let dragged = null;
  const clear = () => list.querySelectorAll(".over, .dragged").forEach((row) => row.classList.remove("over", "dragged"));

  // Only by its name: a field or a slider in the row is dragged for itself.
  list.querySelectorAll(".weight-name").forEach((name) => {
    name.draggable = true;
    name.addEventListener("dragstart", (event) => {
      dragged = name.closest(".weight");
      dragged.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", name.textContent);
    });
    name.addEventListener("dragend", () => { clear(); dragged = null; });
  });
  list.addEventListener("dragover", (event) => {
    const row = event.target.closest(".weight");
    if (!dragged || !row) return;
    event.preventDefault();
    list.querySelectorAll(".over").forEach((other) => other.classList.remove("over"));
    row.classList.add("over");
  });
  list.addEventListener("drop", (event) => {
    const row = event.target.closest(".weight");
    if (!dragged || !row || row === dragged) return;
    event.preventDefault();
    const rows = [...list.children].filter((other) => other !== dragged);
    const below = [...list.children].indexOf(dragged) < [...list.children].indexOf(row);
    rows.splice(rows.indexOf(row) + (below ? 1 : 0), 0, dragged);
    const order = document.createElement("input");
    Object.assign(order, { type: "hidden", name: "order", value: rows.map((each) => each.dataset.criterion).join(",") });
    const act = document.createElement("input");
    Object.assign(act, { type: "hidden", name: "act", value: "order" });
    form.append(order, act);
    form.requestSubmit(form.querySelector("button[type='submit']"));
  });
}
