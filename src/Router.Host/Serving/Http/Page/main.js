// The dashboard: what is served, what it is asked, what it does.

import { byId, say } from "./dom.js";
import { Certify } from "./certify.js";
import { draw, tabs } from "./drawing.js";
import { showExperts } from "./experts.js";
import { readModels } from "./models.js";
import { Picture } from "./picture.js";
import { showSamples } from "./samples.js";
import { showTradeoff } from "./tradeoff.js";
import { showTraffic } from "./traffic.js";
import { askJson } from "./api.js";

const Every = 2000; // milliseconds between two readings
const Words = { READY: "ready", LOADING: "loading", UNLOADING: "stopping", UNAVAILABLE: "unavailable" };

const picture = new Picture(() => certify.enable());
const certify = new Certify(picture);
let experts = [], server = null;

const showState = (state, text) => {
  byId("state").dataset.state = state;
  say(byId("state-text"), text);
};

const look = async () => {
  server ??= await askJson("v2");
  say(byId("about"), `${server.name} ${server.version.split("+")[0]}`);
  const { state, reason, networks, classifier } = await readModels();
  showState(state, Words[state] ?? state.toLowerCase());
  certify.model = classifier;
  if (classifier) {
    experts = classifier.experts;
    picture.input = classifier.input;
    const many = `${experts.length} expert${experts.length === 1 ? "" : "s"}`;
    const data = classifier.dataset ? ` for ${classifier.dataset}` : "";
    const routing = classifier.routing ? `, routing: ${classifier.routing}` : "";
    say(byId("experts-lead"), `${many}${data}${routing}.${reason ? ` ${reason}.` : ""}`);
    await showSamples(classifier, (pixels, name) => picture.show(pixels, name));
    await showTradeoff(classifier, server.extensions.includes("tradeoff"));
  } else say(byId("experts-lead"), reason ? `Not answering: ${reason}.` : "Not answering.");
  showExperts(networks, classifier, look);
};

// One reading after another, and none while nobody looks.
const follow = async () => {
  if (!document.hidden) {
    try {
      await look();
      await showTraffic(experts);
    } catch (fault) {
      if (fault.status === undefined) throw fault;
      showState("GONE", fault.message);
      certify.model = null;
    }
    document.documentElement.dataset.ready = "true";
  }
  setTimeout(follow, Every);
};

// Where form and answer stand side by side there is room below the button.
byId("options").open = matchMedia("(min-width: 56.01rem)").matches;
tabs();
draw((pixels, name) => picture.show(pixels, name));
document.addEventListener("visibilitychange", () => { if (!document.hidden) look().catch(() => {}); });
follow();
