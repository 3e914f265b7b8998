// The picture to certify: from a file, the clipboard, a drop, or the easel.

import { byId, complain, say } from "./dom.js";
import { count } from "./numbers.js";
import { frame } from "./framing.js";

const MostPixels = 16 * 2 ** 20;

const size = (width, height) => `${width}\u00a0×\u00a0${height}`;

/** Wires every source; `input` is told { shape, shorterSide } once the model is known. */
export class Picture {
  levels = null;
  #input = null;
  #source = null;

  constructor(changed) {
    this.changed = changed;
    const file = byId("file"), drop = byId("drop");
    file.addEventListener("change", () => { if (file.files[0]) this.take(file.files[0]); });
    document.addEventListener("paste", event => {
      const pasted = [...event.clipboardData.files].find(one => one.type.startsWith("image/"));
      if (pasted) this.take(pasted);
    });
    document.addEventListener("dragover", event => { event.preventDefault(); drop.classList.add("over"); });
    document.addEventListener("dragleave", event => { if (!event.relatedTarget) drop.classList.remove("over"); });
    document.addEventListener("drop", event => {
      event.preventDefault();
      drop.classList.remove("over");
      if (event.dataTransfer.files[0]) this.take(event.dataTransfer.files[0]);
    });
  }

  /** What the networks take. */
  set input(value) {
    const same = JSON.stringify(value) === JSON.stringify(this.#input);
    this.#input = value;
    if (!same && this.#source) this.show(this.#source.pixels, this.#source.name);
  }

  get shape() { return this.#input?.shape; }

  /** Decodes a file. */
  async take(file) {
    say(byId("picture-fault"), "");
    let bitmap;
    try {
      bitmap = await createImageBitmap(file, { colorSpaceConversion: "none" });
    } catch {
      return complain(byId("picture-fault"), `${file.name || "This"} is no picture that this browser can read.`);
    }
    const pixels = bitmap.width * bitmap.height;
    if (pixels > MostPixels)
      return complain(byId("picture-fault"),
        `${file.name} has ${count(pixels)} pixels: at most ${count(MostPixels)} are taken.`);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    // What is transparent has no colour of its own.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, bitmap.width, bitmap.height);
    context.drawImage(bitmap, 0, 0);
    this.show(context.getImageData(0, 0, bitmap.width, bitmap.height), file.name || "pasted picture");
  }

  /** Frames pixels and shows them as the networks see them. */
  show(pixels, name) {
    say(byId("picture-fault"), "");
    this.#source = { pixels, name };
    if (!this.#input) return;
    const [channels, height, width] = this.#input.shape;
    this.levels = frame(pixels, this.#input.shape, this.#input.shorterSide);
    const canvas = byId("seen"), context = canvas.getContext("2d");
    const image = new ImageData(width, height), plane = width * height;
    [canvas.width, canvas.height] = [width, height];
    for (let i = 0; i < plane; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = this.levels[Math.min(c, channels - 1) * plane + i];
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", `${name}, ${width} by ${height} pixels`);
    say(byId("seen-text"), `${name} · ${size(pixels.width, pixels.height)} → ${size(width, height)}`);
    this.changed();
  }
}
