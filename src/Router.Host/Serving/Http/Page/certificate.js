// One certificate as it grows: the answer, how far it holds, and what limits it.

import { byId, element, save, say } from "./dom.js";
import { count, radius, short } from "./numbers.js";
import { plot } from "./chart.js";

const SpeakEvery = 4000; // milliseconds between announcements: a screen reader should be able to finish one

const Stopped = {
  target_reached: "the target is proved",
  unreachable: "the target cannot be reached",
  futile: "more samples would hardly have proved more",
  resolution_reached: "more samples would add next to nothing",
  deadline: "the deadline passed",
  nothing_can_change: "nothing more can change the answer",
};

export const nameOf = (certificate, labels) =>
  certificate.class === null ? "abstains"
    : certificate.label ?? labels?.[certificate.class] ?? `class ${certificate.class}`;

const surely = alpha => {
  const confidence = Math.floor((100 - 100 * alpha) * 1e6 + 1e-3) / 1e6;
  return alpha >= 1e-8 ? `with confidence ${confidence}\u202f%` : `but with probability ${alpha} of being wrong`;
};

/** Shows what grows; one for every request. */
export class CertificateView {
  #grown = [];
  #last = null;
  #spoken = -Infinity;

  constructor(target, labels) {
    [this.target, this.labels] = [target, labels];
    byId("result").setAttribute("aria-busy", "true");
    for (const id of ["label", "radius"]) say(byId(id), "…");
    say(byId("meaning"), "Drawing the first samples.");
    say(byId("ask-fault"), "");
    byId("facts").replaceChildren();
    byId("save").disabled = true;
    this.#picture();
    this.#draw();
    this.#speak("Sampling has started.", true);
    // Where the answer stands below all that is in sight it would grow unseen.
    if (byId("meaning").getBoundingClientRect().bottom > innerHeight) byId("result").scrollIntoView();
  }

  /** A certificate that came. */
  show(certificate) {
    this.#last = certificate;
    this.#grown.push(certificate);
    const name = nameOf(certificate, this.labels), proved = certificate.class !== null;
    say(byId("label"), name);
    byId("label").classList.toggle("abstains", !proved);
    say(byId("radius"), radius(certificate.radius));
    say(byId("meaning"), proved
      ? `Every picture within ℓ₂ distance ${radius(certificate.radius)} of this one gets the answer ${name}, `
        + `${surely(certificate.failure_probability)}.`
      : "Nothing is proved about this picture yet: the votes are not clear enough.");
    this.#facts(certificate);
    this.#draw();
    byId("save").disabled = !certificate.record;
    const samples = `after ${count(certificate.samples)} samples.`;
    this.#speak(proved ? `${name}, radius ${radius(certificate.radius)} ${samples}` : `No answer ${samples}`);
  }

  /** Why there is no more. */
  end(reason) {
    byId("result").setAttribute("aria-busy", "false");
    if (!this.#last) {
      for (const id of ["label", "radius"]) say(byId(id), "–");
      say(byId("meaning"), reason);
    } else {
      this.#facts(this.#last, reason);
      this.#draw();
    }
    const why = reason ? ` ${reason}.` : "";
    this.#speak(this.#last ? `Finished: ${byId("meaning").textContent}${why}` : reason, true);
  }

  /** Draws again where there is another width. */
  resize() { this.#draw(); }

  /** Saves the record of the last certificate. */
  save() {
    save(`certificate-${this.#last.input.slice(0, 12)}.json`, "application/json", JSON.stringify(this.#last.record));
  }

  // Another picture may be chosen before this one's answer is there.
  #picture() {
    const seen = byId("seen"), asked = byId("asked");
    [asked.width, asked.height, asked.hidden] = [seen.width, seen.height, false];
    asked.getContext("2d").drawImage(seen, 0, 0);
  }

  #facts(certificate, reason = certificate.stopped && Stopped[certificate.stopped]) {
    const stage = certificate.limiting_stage + (certificate.limiting_route ? ` (${certificate.limiting_route})` : "");
    const rows = [
      ["Route", certificate.route ? `${certificate.route}, σ ${certificate.route_sigma}` : "undecided"],
      ["Limited by", stage],
      ["Route holds within", certificate.route_radius === null ? "any distance" : radius(certificate.route_radius)],
      ["Expert holds within", radius(certificate.expert_radius)],
      ["Samples", count(certificate.samples)],
      ["Noise seeded by", certificate.seed_origin === "server" ? "the server" : "the caller"],
      ["State", reason ? `done: ${reason}` : "sampling"],
    ];
    const list = byId("facts");
    if (list.childElementCount !== rows.length)
      list.replaceChildren(...rows.map(([term]) => element("div", {}, element("dt", {}, term), element("dd"))));
    rows.forEach(([, value], i) => say(list.children[i].lastChild, value));
  }

  #draw() {
    const points = this.#grown.map(one => [one.samples, one.radius]), last = this.#last;
    const others = last ? [["expert", last.expert_radius], ["route", last.route_radius]] : [];
    const highest = Math.max(0.1, this.target ?? 0, ...points.map(([, r]) => r));
    const most = Math.max(100, ...points.map(([n]) => n));
    // What lies far above the radius does not limit it: it would only make the picture small.
    const near = others.filter(([, value]) => value !== null && value > 0 && value < 1.6 * highest);
    const top = Math.max(highest, ...near.map(([, value]) => value)) * 1.02;
    plot(byId("radius-plot"), {
      x: { title: "samples", most, format: short },
      y: { title: "radius", most: top, format: value => `${Number(value.toFixed(3))}` },
      marks: this.target ? [{ y: this.target, name: "target" }] : [],
      lines: [
        ...near.filter(([, value]) => value > last.radius + 1e-9).map(([name]) => ({
          name, hue: "quiet", thin: true, dashed: true, step: "after",
          points: this.#grown.map(one => [one.samples, one[`${name}_radius`]])
            .filter(([, value]) => value !== null && value < 1.6 * highest),
        })),
        { name: last ? "radius" : "", hue: "accent", step: "after", dot: true,
          points: points.length > 0 ? [[points[0][0], 0], ...points] : [] },
      ],
    });
  }

  #speak(text, now = false) {
    const time = performance.now();
    if (!now && time - this.#spoken < SpeakEvery) return;
    this.#spoken = time;
    say(byId("said"), text);
  }
}
