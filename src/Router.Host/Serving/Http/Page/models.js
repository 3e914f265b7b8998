// What is served: the deployed classifier, its experts in the order of the routes, and every network with its state.

import { askJson } from "./api.js";

const Whole = "dualrs";
const last = { key: null, described: null };

// A whole that is unavailable lacks some of its networks: what does not need them is answered.
const Silent = ["LOADING", "UNLOADING"];

/** { state, reason, networks, classifier }; the classifier is null while it does not answer. */
export const readModels = async signal => {
  const index = await askJson("v2/repository/index", { method: "POST", body: {}, signal });
  const whole = index.find(({ name }) => name === Whole) ?? { state: "LOADING", reason: "" };
  // Of several versions the last one is deployed: what the classifier asks.
  const others = index.filter(({ name }, at) => name !== Whole && at === index.findLastIndex(one => one.name === name));
  if (Silent.includes(whole.state)) return {
    state: whole.state, reason: whole.reason, networks: others.map(one => ({ ...one, role: "network" })),
    classifier: null,
  };
  const described = await describe(
    JSON.stringify(others.map(({ name, state, version }) => [name, state, version])), signal);
  const networks = others.map(one => ({
    ...one, role: one.name === described.router ? "router" : "expert",
    sigma: described.value(`sigma.${one.name}`), functionId: described.value(`function.${one.name}`),
  }));
  return { state: whole.state, reason: whole.reason, networks, classifier: classifierOf(described, networks) };
};

// Descriptions change only with what is loaded.
const describe = async (key, signal) => {
  if (last.key === key) return last.described;
  const [metadata, config] = await Promise.all(
    ["", "/config"].map(part => askJson(`v2/models/${Whole}${part}`, { signal })));
  const value = name => config.parameters[name]?.string_value;
  [last.key, last.described] = [key, { shape: metadata.inputs[0].shape.slice(1), router: value("router"), value }];
  return last.described;
};

const classifierOf = ({ shape, value }, networks) => {
  const routing = value("routing") ?? "";
  return {
    input: { shape, shorterSide: Number(value("shorter_side") ?? Math.min(shape[1], shape[2])) },
    functions: Object.fromEntries(networks.map(({ name, functionId }) => [name, functionId])),
    experts: networks.filter(({ role }) => role === "expert").map(({ name, sigma }) => ({ id: name, sigma })),
    labels: value("labels")?.split(",") ?? null,
    dataset: value("dataset") ?? null,
    routing,
    router: value("router") ?? null,
    reroutes: value("failover") === "reroute",
    defaults: { estimation: value("estimation"), most: value("max_samples"), alpha: value("failure_probability") },
  };
};
