// Who voted for what: for each expert the router's votes for it, and its own votes for classes.

import { byId, element, shareLine } from "./dom.js";
import { count, radius } from "./numbers.js";

const Shown = 3;
const Roles = { expert: "routed here", peer: "asked as well", earlier: "passed on", later: "asked as well" };

const sum = counts => counts.reduce((total, votes) => total + votes, 0);

/** Shows the stages of a certificate; experts are { id, sigma }. */
export const showVotes = (stages, experts, labels) => {
  const router = stages.find(stage => stage.stage === "router");
  byId("votes").hidden = false;
  byId("vote-cards").replaceChildren(...experts.map(({ id, sigma }, hue) => {
    const own = stages.find(stage => stage.id === id && stage.stage !== "router");
    return element("li", { class: `card vote${own ? "" : " idle"}` },
      element("p", { class: "who" }, element("span", { class: `swatch hue-${hue}`, "aria-hidden": "true" }),
        element("b", {}, id), ` σ\u202f${sigma}`,
        element("span", { class: `chip${own?.stage === "expert" ? " on" : ""}` },
          own ? Roles[own.stage] : "not asked")),
      router && routed(router, id, hue),
      own && classes(own, hue, labels));
  }));
};

const routed = (router, id, hue) => {
  const at = router.routes.indexOf(id), votes = sum(router.counts) + router.undecided;
  if (at < 0 || votes === 0) return null;
  const excluded = router.excluded[at];
  return element("div", { class: "block" },
    element("p", { class: "small-title" }, `Router · ${count(votes)} votes`),
    shareLine("this route", router.counts[at] / votes, hue),
    element("p", { class: "soft" }, excluded === null ? "The chosen route."
      : excluded > 0 ? `Cannot become the route within ${radius(excluded)}.` : "Could become the route."));
};

const classes = (stage, hue, labels) => {
  const drawn = stage.counts.map((votes, label) => ({ votes, label }));
  const total = sum(stage.counts) + stage.undecided + (stage.passed ?? 0);
  if (total === 0) return null;
  const name = label => labels?.[label] ?? `class ${label}`;
  const most = drawn.toSorted((a, b) => b.votes - a.votes || a.label - b.label).slice(0, Shown);
  return element("div", { class: "block" },
    element("p", { class: "small-title" }, `Expert · ${count(total)} votes`),
    most.map(({ votes, label }) => shareLine(name(label), votes / total, label === stage.outcome ? hue : "quiet")),
    stage.passed && shareLine("no class: not sure", stage.passed / total, "quiet"),
    element("p", { class: "soft" }, stage.radius > 0
      ? `Certifies ${name(stage.outcome)} within ${radius(stage.radius)}.`
      : `Does not certify ${name(stage.outcome)}.`));
};
