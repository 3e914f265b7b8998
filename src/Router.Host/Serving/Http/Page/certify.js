// Asks for a certificate and follows it.

import { byId, complain, element, say } from "./dom.js";
import { ask, eventsOf, Refused, Unreachable } from "./api.js";
import { CertificateView } from "./certificate.js";
import { showVotes } from "./votes.js";

const Fields = {
  target_radius: "target", estimation: "estimation", deadline_ms: "deadline", failure_probability: "alpha",
};

/** The form: what is asked, when it starts, how it stops. */
export class Certify {
  #model = null;
  #running = null;
  #view = null;

  constructor(picture) {
    this.picture = picture;
    byId("ask").addEventListener("submit", event => {
      event.preventDefault();
      if (!byId("run").disabled) this.run();
    });
    byId("stop").addEventListener("click", () => this.#running?.abort());
    byId("save").addEventListener("click", () => this.#view.save());
    new ResizeObserver(() => this.#view?.resize()).observe(byId("radius-plot"));
  }

  /** What is served now: { experts, labels, defaults }. */
  set model(model) {
    const same = JSON.stringify(model?.experts) === JSON.stringify(this.#model?.experts);
    this.#model = model;
    if (model) {
      byId("estimation").value ||= model.defaults.estimation;
      byId("estimation").max = model.defaults.most;
      byId("alpha").value ||= model.defaults.alpha;
    }
    if (model && !same) {
      byId("mix").hidden = model.experts.length < 2;
      byId("mix-boxes").replaceChildren(...model.experts.map(({ id, sigma }, hue) => element("label", {},
        element("input", { type: "checkbox", value: id, checked: true, onchange: () => this.enable() }),
        element("span", { class: `swatch hue-${hue}`, "aria-hidden": "true" }), `${id} `,
        element("span", { class: "soft" }, `σ\u202f${sigma}`))));
    }
    this.enable();
  }

  /** Only what can be asked can be started. */
  enable() {
    const none = this.#model?.experts.length > 1 && this.#mix().length === 0;
    byId("run").disabled = !this.#model || !this.picture.levels || this.#running !== null || none;
    byId("stop").disabled = this.#running === null;
    say(byId("mix-fault"), none ? "Choose at least one expert." : "");
  }

  async run() {
    const target = byId("target").valueAsNumber;
    this.#running = new AbortController();
    this.#mark("");
    this.#view = new CertificateView(Number.isNaN(target) ? null : target, this.#model.labels);
    this.enable();
    try {
      await this.#follow(await ask(`v1/certify?${this.#parameters()}`, {
        method: "POST", accept: "text/event-stream", signal: this.#running.signal, body: this.#body(),
      }));
    } catch (fault) {
      this.#give(fault);
    } finally {
      this.#running = null;
      this.enable();
    }
  }

  async #follow(response) {
    for await (const { kind, data } of eventsOf(response)) {
      if (kind === "error") throw new Refused(503, data.error);
      this.#show(data);
      if (kind === "end") return this.#view.end();
    }
    throw new Refused(0, Unreachable);
  }

  #show(certificate) {
    this.#view.show(certificate);
    if (certificate.stages) {
      const mix = this.#model.experts.filter(({ id }) => certificate.mix.includes(id));
      showVotes(certificate.stages, mix, this.#model.labels);
    }
  }

  #give(fault) {
    if (fault.name === "AbortError") return this.#view.end("you stopped it; what was proved holds");
    this.#view.end(fault instanceof Refused ? "the daemon did not answer" : "this page failed");
    this.#mark(fault.message);
    complain(byId("ask-fault"), `Not answered: ${fault.message}.`);
    if (!(fault instanceof Refused)) throw fault;
  }

  // A field whose parameter the daemon names is where the mistake is.
  #mark(refusal) {
    for (const [name, id] of Object.entries(Fields)) {
      const wrong = refusal.includes(`parameter '${name}'`);
      byId(id).setAttribute("aria-invalid", wrong);
      if (wrong) byId("options").open = true;
    }
  }

  #mix() { return [...byId("mix-boxes").querySelectorAll("input:checked")].map(box => box.value); }

  #parameters() {
    const parameters = new URLSearchParams({ votes: "true", record: "true" });
    for (const [name, id] of Object.entries(Fields))
      if (byId(id).value.trim() !== "") parameters.set(name, byId(id).value.trim());
    const mix = this.#mix();
    if (mix.length > 0 && mix.length < this.#model.experts.length) parameters.set("mix", mix.join(","));
    return parameters;
  }

  #body() {
    const { shape, levels } = this.picture;
    return { inputs: [{ name: "image", shape, datatype: "UINT8", data: [...levels] }] };
  }
}
