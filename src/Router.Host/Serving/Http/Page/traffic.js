// Live panels: everybody's requests, from /metrics. What is not measured is not shown.

import { byId, element, shape, shareLine } from "./dom.js";
import { ask } from "./api.js";
import { bytes, count, percent, seconds, short } from "./numbers.js";
import { bucketOf, buckets, by, parse, total } from "./prometheus.js";

// In a program that serves under a prefix the addresses have it too.
const Answers = ["/v1/certify", "/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer",
  "/inference.GRPCInferenceService/ModelInfer", "/dualrs.v1.Certifier/Certify"];
const asked = labels => Answers.some(address => labels.address?.endsWith(address));
const answered = labels => asked(labels) && labels.outcome === "answered";
const unanswered = labels => asked(labels) && labels.outcome !== "answered";
const routed = labels => labels.model === "dualrs";
const Told = new Set(["dualrs_ready", "dualrs_info"]);

/** Reads the metrics and shows them; experts give the routes their order and colours. */
export const showTraffic = async (experts, signal) => {
  const families = parse(await (await ask("metrics", { accept: "text/plain", signal })).text());
  const panels = [
    routes(families, experts), requests(families), times(families),
    histogram(families, "dualrs_samples", "Samples per certificate", short, bucket => within(bucket, short)),
    histogram(families, "dualrs_certified_radius", "Certified radius", value => `${value}`, beyond),
    abstentions(families), passes(families, experts), ...gauges(families),
  ].filter(panel => panel !== null);
  update(byId("panels"), panels);
  return families;
};

// Panels are exchanged only where they changed: a selection or a reader's place in the others stays.
const update = (place, panels) => {
  panels.forEach((panel, i) => {
    const old = place.children[i];
    if (!old) place.append(panel);
    else if (!old.isEqualNode(panel)) old.replaceWith(panel);
  });
  while (place.children.length > panels.length) place.lastChild.remove();
};

const panel = (title, ...content) =>
  element("section", { class: "card panel", "aria-label": title }, element("h3", {}, title), ...content);

const empty = text => element("p", { class: "soft" }, text);

const rows = entries => element("dl", { class: "rows" },
  entries.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));

const routes = (families, experts) => {
  const images = by(families, "dualrs_images_total", "route", routed);
  const all = [...images.values()].reduce((a, b) => a + b, 0);
  if (!families.has("dualrs_images_total")) return null;
  const known = experts.map(({ id }) => id), others = [...images.keys()].filter(id => !known.includes(id));
  const lines = [...known.map((id, hue) => [id, hue]), ...others.map(id => [id, "quiet"])];
  const line = ([id, hue]) => shareLine(id === "none" ? "undecided" : id, (images.get(id) ?? 0) / all, hue);
  return panel("Routes taken", all === 0 ? empty("No picture was answered yet.") : lines.map(line),
    all > 0 && element("p", { class: "soft" }, `${count(all)} picture${all === 1 ? "" : "s"}`));
};

const requests = families => {
  if (!families.has("dualrs_requests_total")) return null;
  const outcomes = by(families, "dualrs_requests_total", "outcome", asked);
  const order = ["answered", ...[...outcomes.keys()].filter(name => name !== "answered").sort()];
  return panel("Requests for answers", rows(order.map(name => [name, count(outcomes.get(name) ?? 0)])));
};

const times = families => {
  const of = which => buckets(families, "dualrs_request_duration_seconds", which);
  const answers = of(answered), others = of(unanswered), queue = buckets(families, "dualrs_queue_duration_seconds");
  if (!families.has("dualrs_request_duration_seconds")) return null;
  if (!answers && !others) return panel("Latency", empty("Nothing was timed yet."));
  const row = (name, rising) => rising && element("tr", {}, element("th", { scope: "row" }, name),
    [0.5, 0.95].map(q => element("td", {}, within(bucketOf(rising, q), seconds))));
  return panel("Latency", element("table", { class: "plain" },
    element("thead", {}, element("tr", {}, element("td"), element("th", { scope: "col" }, "half"),
      element("th", { scope: "col" }, "95\u202f%"))),
    element("tbody", {}, row("Answers", answers), row("Their queue", queue), row("No answer", others))));
};

// What a bucket tells of a quantile that should be small, and of one that should be large.
const within = ({ above, atMost }, format) => atMost === Infinity ? `> ${format(above)}` : `≤ ${format(atMost)}`;
const beyond = ({ above, atMost }) => atMost === 0 ? "0" : `more than ${above}`;

const abstentions = families => {
  const images = total(families, "dualrs_images_total", routed);
  const none = total(families, "dualrs_abstentions_total", routed) ?? 0;
  if (!images) return null;
  const stages = by(families, "dualrs_limiting_stage_total", "stage", routed);
  return panel("What limits a certificate, or made it abstain",
    rows([["answers without a class", percent(none / images)],
      ...[...stages].map(([stage, value]) => [stage, count(value)])]));
};

const histogram = (families, name, title, format, median) => {
  const rising = buckets(families, name, routed);
  if (!families.has(name)) return null;
  if (!rising) return panel(title, empty("No certificate yet."));
  const each = rising.map(({ le, below }, i) => ({ le, votes: below - (i > 0 ? rising[i - 1].below : 0) }));
  const first = each.findIndex(({ votes }) => votes > 0), last = each.findLastIndex(({ votes }) => votes > 0);
  const shown = each.slice(Math.max(0, first - 1), last + 2);
  const most = Math.max(...shown.map(({ votes }) => votes)), width = 240 / shown.length;
  const word = ({ le, votes }) => `${count(votes)} ${le === Infinity ? "above" : `up to ${format(le)}`}`;
  const words = shown.filter(({ votes }) => votes > 0).map(word).join(", ");
  return panel(title,
    element("p", { class: "big" }, median(bucketOf(rising, 0.5)), element("span", { class: "soft" }, " median")),
    shape("svg", { viewBox: "0 0 240 72", class: "bars", role: "img", "aria-label": `${title}: ${words}` },
      shown.map(({ le, votes }, i) => [
        shape("rect", {
          x: (i * width + 1).toFixed(1), y: (52 - 50 * votes / most).toFixed(1),
          width: (width - 2).toFixed(1), height: (50 * votes / most).toFixed(1), rx: 1.5,
        }),
        (shown.length < 8 || i % 2 === 0) && shape("text",
          { x: (i * width + width / 2).toFixed(1), y: 67, "text-anchor": "middle" },
          le === Infinity ? "more" : format(le)),
      ]).flat().filter(Boolean)));
};

// How fast noisy samples vote now, and how full forward passes are.
let before = null;

const passes = (families, experts) => {
  const drawn = total(families, "dualrs_pass_samples_total"), fill = families.get("dualrs_batch_fill_ratio");
  if (drawn === null) return null;
  const now = { drawn, at: performance.now() };
  const rate = before && drawn >= before.drawn ? (drawn - before.drawn) * 1000 / (now.at - before.at) : 0;
  before = now;
  const mean = id => {
    const of = part => fill.samples
      .filter(({ name, labels }) => name === `dualrs_batch_fill_ratio_${part}` && labels.network === id)
      .reduce((sum, { value }) => sum + value, 0);
    return of("count") > 0 ? of("sum") / of("count") : null;
  };
  const ids = [...new Set(fill?.samples.map(({ labels }) => labels.network) ?? [])];
  const networks = ids.map(id => ({ id, hue: experts.findIndex(one => one.id === id), share: mean(id) }))
    .filter(({ share }) => share !== null);
  return panel("Forward passes",
    element("p", { class: "big" }, short(Number(rate.toPrecision(3))),
      element("span", { class: "soft" }, " noisy samples per second")),
    networks.length > 0 && element("p", { class: "soft" }, "Mean fill of a batch"),
    networks.sort((a, b) => a.hue - b.hue).map(({ id, hue, share }) => shareLine(id, share, hue < 0 ? "quiet" : hue)));
};

// Whatever else is measured as it stands: devices, caches, lanes.
const gauges = families => {
  const shown = [...families].filter(([name, { type, samples }]) =>
    name.startsWith("dualrs_") && !Told.has(name) && samples.length > 0
    && (type === "gauge" || name.startsWith("dualrs_cache_") && type === "counter"));
  if (shown.length === 0) return [];
  const named = name => name.replace(/^dualrs_/, "").replace(/_(bytes|total|ratio)$/, "").replaceAll("_", " ");
  const written = (name, value) => name.endsWith("_bytes") ? bytes(value) : name.endsWith("_ratio") ? percent(value)
    : name.endsWith("_seconds") ? seconds(value) : short(value);
  return [panel("Device and cache", element("dl", { class: "rows" }, shown.flatMap(([name, { help, samples }]) =>
    samples.map(({ labels, value }) => {
      const which = Object.values(labels).join(", ");
      return element("div", { title: help },
        element("dt", {}, named(name), which && element("span", { class: "soft" }, ` ${which}`)),
        element("dd", {}, written(name, value)));
    }))))];
};
