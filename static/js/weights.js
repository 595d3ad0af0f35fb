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

  const most = (slider) => Number(slider.dataset.most);
  // The proportions of the others when the slider was taken: at its end they would be lost, and they come back with it.
  let proportions = new Map();
  const remember = () => { proportions = new Map(sliders.map((slider) => [slider, number(field(slider))])); };

  // What is left, in proportion; who may not have so much gets what they may, and the rest is shared once more.
  const share = (left, others) => {
    const whole = others.reduce((all, slider) => all + proportions.get(slider), 0);
    const part = (slider) => left * (whole > 0 ? proportions.get(slider) / whole : 1 / others.length);
    const full = others.filter((slider) => part(slider) > most(slider));
    if (!full.length) return new Map(others.map((slider) => [slider, part(slider)]));
    const rest = left - full.reduce((all, slider) => all + most(slider), 0);
    const shared = share(rest, others.filter((slider) => !full.includes(slider)));
    full.forEach((slider) => shared.set(slider, most(slider)));
    return shared;
  };

  const put = (slider, value) => {
    field(slider).value = written(value);
    slider.value = field(slider).value;
  };

  const follow = (moved) => {
    const value = Math.min(Number(moved.value), most(moved));
    const shares = share(100 - value, sliders.filter((slider) => slider !== moved));
    put(moved, value);
    shares.forEach((part, slider) => put(slider, part));
    // Two digits each do not always make 100: the largest takes the hundredth that is missing.
    const [largest] = [...shares.keys()].filter((slider) => most(slider) === 100).sort((a, b) => shares.get(b) - shares.get(a));
    const sum = sliders.reduce((all, slider) => all + number(field(slider)), 0);
    put(largest, number(field(largest)) + 100 - sum);
    say();
  };

  sliders.forEach((slider) => {
    slider.hidden = false;
    slider.value = field(slider).value;
    ["pointerdown", "focus"].forEach((taken) => slider.addEventListener(taken, remember));
    slider.addEventListener("input", () => follow(slider));
    field(slider).addEventListener("input", () => {
      slider.value = field(slider).value;
      remember();
      say();
    });
  });
  remember();
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
