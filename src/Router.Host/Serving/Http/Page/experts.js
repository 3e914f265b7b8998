// The networks of the registry: what they are, whether they answer, and their loading.

import { byId, element, say } from "./dom.js";
import { ask } from "./api.js";

// What the daemon last refused, by network: it stays on the card until the next try.
const refusals = new Map();

/**
 * Shows every network but the classifier itself, null while it does not answer; tells `changed` when one was loaded or
 * unloaded.
 */
export const showExperts = (networks, classifier, changed) => {
  const place = byId("expert-cards"), experts = classifier?.experts ?? [];
  const text = JSON.stringify([networks, experts, [...refusals]]);
  if (place.dataset.shown === text) return;
  const focused = document.activeElement?.closest?.("#expert-cards")
    && document.activeElement.getAttribute("aria-label");
  place.dataset.shown = text;
  place.replaceChildren(...networks.map(network => card(
    network, experts.findIndex(({ id }) => id === network.name), changed,
    () => consequence(network.name, networks, classifier))));
  if (focused) place.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
};

const States = { READY: "ready", LOADING: "loading", UNLOADING: "unloading", UNAVAILABLE: "unavailable" };

/** What unloading a network does to those who ask, and to the daemon's readiness. */
export const consequence = (name, networks, classifier) => {
  const gone = networks.some(other => other.name !== name && other.role === "expert" && other.state === "UNAVAILABLE");
  const until = "It stays unloaded until it is loaded here again, or the registry is.";
  return classifier?.reroutes && name !== classifier.router && !gone
    ? `The daemon stays ready: for an answer that needs ${name} the other experts go on. ${until}`
    : "The daemon is then not ready (/v2/health/ready says 503, and a load balancer sends it nothing): "
      + `whoever needs ${name} is refused. ${until}`;
};

/** Asks before a network goes. */
const agreed = (name, text) => new Promise(resolve => {
  const dialog = byId("unload-dialog");
  say(byId("unload-title"), `Unload ${name}?`);
  say(byId("unload-text"), text);
  dialog.returnValue = "keep";
  dialog.onclose = () => resolve(dialog.returnValue === "unload");
  dialog.showModal();
});

const card = ({ name, state, reason, role, sigma, functionId, version }, hue, changed, effect) =>
  element("li", { class: "card expert" },
    element("p", { class: "who" },
      element("span", { class: `swatch hue-${hue < 0 ? "quiet" : hue}`, "aria-hidden": "true" }),
      element("b", {}, name), sigma && ` σ\u202f${sigma}`,
      element("span", { class: `chip state-${state}` }, States[state] ?? state.toLowerCase())),
    element("dl", { class: "rows" },
      element("div", {}, element("dt", {}, "Role"), element("dd", {}, role)),
      element("div", {}, element("dt", {}, "Version"), element("dd", {}, version)),
      functionId && element("div", {}, element("dt", {}, "Id"), element("dd", { class: "id" },
        element("code", { title: functionId }, functionId.slice(0, 8)), copy(name, functionId)))),
    reason && element("p", { class: "soft reason" }, reason),
    element("div", { class: "actions" },
      button("load", name, state === "READY" && !reason, changed),
      button("unload", name, state !== "READY", changed, effect)),
    element("p", { class: "fault", role: "alert" }, refusals.get(name) ?? ""));

const copy = (name, functionId) => {
  const label = `Copy function id of ${name}`;
  const pressed = element("button", { type: "button", class: "quiet", "aria-label": label, onclick: async () => {
    try {
      await navigator.clipboard.writeText(functionId);
      say(pressed, "Copied");
    } catch {
      // Without leave to write the clipboard the whole id is shown to be taken by hand.
      say(pressed.previousSibling, functionId);
    }
    setTimeout(() => say(pressed, "Copy"), 2000);
  } }, "Copy");
  return pressed;
};

const button = (action, name, idle, changed, effect) => element("button", {
  type: "button", class: "quiet", "aria-label": `${action === "load" ? "Load" : "Unload"} ${name}`,
  "aria-disabled": idle ? "true" : null, onclick: async event => {
    const pressed = event.currentTarget;
    if (pressed.getAttribute("aria-disabled") === "true") return;
    if (effect && !await agreed(name, effect())) return;
    pressed.setAttribute("aria-disabled", "true");
    refusals.delete(name);
    try {
      await ask(`v2/repository/models/${encodeURIComponent(name)}/${action}`, { method: "POST", body: {} });
    } catch (refusal) {
      refusals.set(name, `${name} was not ${action}ed: ${refusal.message}.`);
    }
    pressed.removeAttribute("aria-disabled");
    // Where this reading fails, the next one tells.
    await changed().catch(() => {});
  } }, action === "load" ? "Load" : "Unload");
