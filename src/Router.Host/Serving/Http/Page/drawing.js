// The easel, and the tabs that choose between it and a file.

import { byId } from "./dom.js";

const Paper = "#f4f1ea";

/** Lets people draw; every finished stroke is told. */
export const draw = drawn => {
  const canvas = byId("easel"), context = canvas.getContext("2d", { willReadFrequently: true });
  let last = null;
  const at = event => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width,
      (event.clientY - box.top) * canvas.height / box.height];
  };
  const tell = () => drawn(context.getImageData(0, 0, canvas.width, canvas.height), "drawing");
  const flood = colour => {
    context.fillStyle = colour;
    context.fillRect(0, 0, canvas.width, canvas.height);
  };
  const stroke = event => {
    const [x, y] = at(event);
    context.strokeStyle = byId("brush-colour").value;
    context.lineWidth = byId("brush-size").valueAsNumber;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(x, y);
    context.stroke();
    last = [x, y];
  };
  flood(Paper);
  canvas.addEventListener("pointerdown", event => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    stroke(event);
  });
  canvas.addEventListener("pointermove", event => {
    if (last) for (const one of event.getCoalescedEvents?.() ?? [event]) stroke(one);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => {
    if (last) tell();
    last = null;
  });
  byId("easel-clear").addEventListener("click", () => { flood(Paper); tell(); });
  byId("easel-fill").addEventListener("click", () => { flood(byId("brush-colour").value); tell(); });
};

/** Tabs as the ARIA practices have them: arrows move, what is selected shows. */
export const tabs = () => {
  const all = [byId("tab-file"), byId("tab-draw")];
  const select = chosen => all.forEach(tab => {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
    byId(tab.getAttribute("aria-controls")).hidden = !on;
  });
  all.forEach((tab, i) => {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", event => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      const next = all[(i + 1) % all.length];
      select(next);
      next.focus();
    });
  });
};
