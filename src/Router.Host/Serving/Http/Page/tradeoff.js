// Certified accuracy over radius: the mix that is served, and each of its experts alone.

import { byId, element, shape } from "./dom.js";
import { askJson } from "./api.js";
import { certified } from "./numbers.js";
import { plot } from "./chart.js";

let study = null, shown = null;

/** Reads the document once and draws what concerns the classifier. */
export const showTradeoff = async (classifier, offered) => {
  const key = JSON.stringify([classifier.experts, classifier.routing, classifier.functions]);
  if (key === shown) return;
  shown = key;
  if (!offered)
    return byId("tradeoff-body").replaceChildren(element("p", { class: "card soft" },
      "Nothing to draw: ", element("code", {}, "dualrs tradeoff … --json study.json"), " computes the curves, ",
      element("code", {}, "dualrs serve --tradeoff study.json"), " shows them here."));
  try {
    study ??= await askJson("v1/tradeoff");
  } catch (refusal) {
    shown = null;
    throw refusal;
  }
  draw(study, classifier);
};

const sameSet = (one, other) => one.length === other.length && one.every(id => other.includes(id));

/** The systems to draw: the mix as it routes, else the whole mix by any rule; and its experts alone. */
export const chosen = (document, { experts, routing }) => {
  const ids = experts.map(({ id }) => id);
  const mixes = document.systems.filter(system =>
    system.standing !== "bound" && system.routing && sameSet(system.experts, ids));
  const routedSo = mixes.filter(system => system.routing === routing);
  const asServed = routedSo.find(({ kind }) => kind !== "dual") ?? routedSo[0];
  const single = id => document.systems.find(system => system.kind === "single" && system.experts[0] === id);
  const singles = ids.map(single).filter(Boolean);
  return { whole: asServed ?? mixes[0] ?? null, exact: Boolean(asServed), singles };
};

/** Networks of the document that the classifier has by name, but not by function. */
export const unproved = (document, { functions }) =>
  document.networks.filter(({ id, function: scored }) => functions[id] && functions[id] !== scored).map(({ id }) => id);

// Two kinds of certificate have the routing mostVoted.
const routedAs = ({ routing, kind }) => `routed, ${routing}${["exclusion", "dual"].includes(kind) ? ` (${kind})` : ""}`;

const doubt = (networks, doubted) => doubted.length === 0 ? ""
  : ` Nothing shows that ${doubted.join(", ")} of the document `
    + `${doubted.length > 1 ? "are the networks" : "is the network"} served here`
    + ` under that name: the function ids ${networks.some(network => network.function) ? "differ" : "are not known"}.`;

const draw = (document, classifier) => {
  const { whole, exact, singles } = chosen(document, classifier), ids = classifier.experts.map(({ id }) => id);
  const body = byId("tradeoff-body");
  if (!whole && singles.length === 0) {
    const others = document.networks.filter(({ role }) => role === "expert").map(({ id }) => id).join(", ");
    return body.replaceChildren(element("p", { class: "card soft" },
      `The document is about other experts (${others}).`));
  }
  const alone = singles.map(system => ({ system, name: system.experts[0], hue: ids.indexOf(system.experts[0]) }));
  const curves = [...alone, ...whole ? [{ system: whole, name: "routed", hue: "ink" }] : []];
  const names = curves.map(({ name }) => name).join(", ");
  const label = `Certified accuracy over radius of ${names}; the table below has the numbers`;
  const figure = element("figure", { class: "plot tall", "aria-label": label });
  const points = ({ system }) => system.accuracy.map(({ radius, share }) => [radius, share]);
  const reached = curves.flatMap(curve => points(curve).filter(([, share]) => share > 0).map(([radius]) => radius));
  const reach = Math.max(...reached, document.radii[1] ?? 1);
  // Between two radii of the grid certified accuracy is at least that at the larger one, and beyond the last that of
  // the next.
  const steps = curve => {
    const all = points(curve), next = all.find(([radius]) => radius > reach);
    return [...all.filter(([radius]) => radius <= reach), ...next ? [[reach, next[1]]] : []];
  };
  const paint = () => plot(figure, {
    x: { title: "ℓ₂ radius", most: reach, format: value => `${value}` },
    y: {
      title: "certified accuracy", most: Math.max(...curves.flatMap(curve => points(curve).map(([, share]) => share))),
      format: value => `${Number((100 * value).toFixed(3))}\u202f%`,
    },
    lines: curves.map(curve => ({
      name: "", hue: curve.hue, thin: curve.hue !== "ink", dashes: dashesOf(curve.hue),
      step: "before", points: steps(curve),
    })),
  });
  const otherwise = whole && !exact
    ? ` Not among its systems is how this daemon routes (${classifier.routing}): drawn is ${whole.name}.` : "";
  const estimate = whole?.standing === "estimate" ? " The routed curve is an estimate, not a certificate." : "";
  const doubts = doubt(document.networks, unproved(document, classifier));
  body.replaceChildren(element("div", { class: "card" },
    element("ul", { class: "legend" }, curves.toReversed().map(({ name, hue, system }) =>
      element("li", {}, sample(hue), name === "routed" ? routedAs(system) : `${name} alone`))),
    figure,
    element("p", { class: "soft" }, `${document.title}. The share of images with the right class and a radius of r or `
      + `more, α = ${document.failureProbability} each.${otherwise}${estimate}${doubts}`),
    table(curves, document.radii)));
  paint();
  new ResizeObserver(paint).observe(figure);
};

// Colour is not all that tells curves apart.
const dashesOf = hue => Number.isInteger(hue) ? hue % 5 : 0;

const sample = hue => shape("svg", { viewBox: "0 0 28 8", "aria-hidden": "true" },
  shape("path", { d: "M1 4H27", class: `line hue-${hue}${hue === "ink" ? "" : " thin"} dashes-${dashesOf(hue)}` }));

const table = (curves, radii) => element("details", {}, element("summary", {}, "The numbers as a table"),
  element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Certified accuracy by radius" },
    element("table", {},
      element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Radius"),
        curves.map(({ name }) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, radii.map((radius, i) => element("tr", {}, element("th", { scope: "row" }, `${radius}`),
        curves.map(({ system }) => element("td", {}, certified(system.accuracy[i].share)))))))));
