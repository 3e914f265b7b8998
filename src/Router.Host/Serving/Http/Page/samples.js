// Pictures to try: the daemon's own data set, where it is there, and rendered ones.

import { byId, element } from "./dom.js";
import { askJson } from "./api.js";

let shown = null;

/** Shows them once, and again where another registry is served; tells `chosen` the pixels and the name of one. */
export const showSamples = async (classifier, chosen) => {
  const key = classifier.dataset ?? "";
  if (key === shown) return;
  shown = key;
  let samples;
  try {
    samples = await askJson("v1/samples");
  } catch (refusal) {
    shown = null;
    throw refusal;
  }
  byId("samples").hidden = samples.length === 0;
  byId("sample-list").replaceChildren(...samples.map(sample => button(sample, chosen)));
};

const button = (sample, chosen) => {
  const pixels = pixelsOf(sample), name = `${sample.class ?? "picture"}, image ${sample.index} of ${sample.data}`;
  const canvas = element("canvas", { width: pixels.width, height: pixels.height, "aria-hidden": "true" });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return element("li", {}, element("button",
    { type: "button", title: name, "aria-label": name, onclick: () => chosen(pixels, name) }, canvas));
};

const pixelsOf = ({ shape: [channels, height, width], levels }) => {
  const bytes = Uint8Array.from(atob(levels), letter => letter.charCodeAt(0));
  const plane = width * height, image = new ImageData(width, height);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = bytes[Math.min(c, channels - 1) * plane + i];
    image.data[4 * i + 3] = 255;
  }
  return image;
};
