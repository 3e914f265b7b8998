// The networks of the registry: what they are, whether they answer, and their loading.

import { byId, element, say } from "./dom.js";
import { ask } from "./api.js";

/** Shows every network but the classifier itself; tells `changed` when one was loaded or unloaded. */
export const showExperts = (networks, experts, changed) => {
  const place = byId("expert-cards");
  const text = JSON.stringify([networks, experts]);
  if (place.dataset.shown === text) return;
  const focused = document.activeElement?.closest?.("#expert-cards") && document.activeElement.getAttribute("aria-label");
  place.dataset.shown = text;
  place.replaceChildren(...networks.map(network => card(network, experts.findIndex(({ id }) => id === network.name), changed)));
  if (focused) place.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
};

const States = { READY: "ready", LOADING: "loading", UNLOADING: "unloading", UNAVAILABLE: "unavailable" };

const card = ({ name, state, reason, role, sigma, functionId, version }, hue, changed) => element("li", { class: "card expert" },
  element("p", { class: "who" }, element("span", { class: `swatch hue-${hue < 0 ? "quiet" : hue}`, "aria-hidden": "true" }), element("b", {}, name), sigma && ` σ\u202f${sigma}`,
    element("span", { class: `chip state-${state}` }, States[state] ?? state.toLowerCase())),
  element("dl", { class: "rows" },
    element("div", {}, element("dt", {}, "Role"), element("dd", {}, role)),
    element("div", {}, element("dt", {}, "Registry"), element("dd", {}, `version ${version}`)),
    functionId && element("div", {}, element("dt", {}, "Id"), element("dd", { class: "id" }, element("code", { title: functionId }, functionId.slice(0, 8)), copy(name, functionId)))),
  reason && element("p", { class: "soft reason" }, reason),
  element("div", { class: "actions" }, button("load", name, state === "READY" && !reason, changed), button("unload", name, state !== "READY", changed)));

const copy = (name, functionId) => {
  const pressed = element("button", { type: "button", class: "quiet", "aria-label": `Copy function id of ${name}`, onclick: async () => {
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

const button = (action, name, idle, changed) => element("button", {
  type: "button", class: "quiet", "aria-label": `${action === "load" ? "Load" : "Unload"} ${name}`, "aria-disabled": idle ? "true" : null, onclick: async event => {
    const pressed = event.currentTarget, fault = byId("experts-fault");
    if (pressed.getAttribute("aria-disabled") === "true") return;
    pressed.setAttribute("aria-disabled", "true");
    say(fault, "");
    try {
      await ask(`v2/repository/models/${encodeURIComponent(name)}/${action}`, { method: "POST", body: {} });
      await changed();
    } catch (refusal) {
      say(fault, `${name} was not ${action}ed: ${refusal.message}.`);
    }
    pressed.removeAttribute("aria-disabled");
  } }, action === "load" ? "Load" : "Unload");
