// Prometheus' text format as values, and what panels compute from them. Pure: text in, values out.

/** Families by name: { help, type, samples: [{ name, labels, value }] }. */
export const parse = text => {
  const families = new Map();
  const family = name => families.get(name) ?? families.set(name, { help: "", type: "untyped", samples: [] }).get(name);
  for (const line of text.split("\n")) {
    const told = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line);
    if (told) {
      family(told[2])[told[1].toLowerCase()] = told[3];
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!sample || line.startsWith("#")) continue;
    const name = [sample[1], sample[1].replace(/_(bucket|sum|count)$/, "")].find(one => families.has(one)) ?? sample[1];
    const value = sample[3] === "+Inf" ? Infinity : Number(sample[3]);
    family(name).samples.push({ name: sample[1], labels: labelsOf(sample[2] ?? ""), value });
  }
  return families;
};

const labelsOf = text => Object.fromEntries([...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)]
  .map(([, name, value]) => [name, value.replace(/\\(.)/g, (_, one) => one === "n" ? "\n" : one)]));

/** The sum of a counter's or gauge's samples that pass a test of their labels; null where there is no such metric. */
export const total = (families, name, wanted = () => true) => {
  const samples = families.get(name)?.samples;
  return samples ? samples.filter(({ labels }) => wanted(labels)).reduce((sum, { value }) => sum + value, 0) : null;
};

/** Sums by the value of one label. */
export const by = (families, name, label, wanted = () => true) => {
  const sums = new Map();
  for (const { labels, value } of families.get(name)?.samples ?? [])
    if (wanted(labels)) sums.set(labels[label] ?? "", (sums.get(labels[label] ?? "") ?? 0) + value);
  return sums;
};

/** A histogram over all series that pass: rising [{ le, below }]; null where nothing was counted. */
export const buckets = (families, name, wanted = () => true) => {
  const below = new Map();
  for (const { name: sample, labels, value } of families.get(name)?.samples ?? []) {
    if (sample !== `${name}_bucket` || !wanted(labels)) continue;
    const le = labels.le === "+Inf" ? Infinity : Number(labels.le);
    below.set(le, (below.get(le) ?? 0) + value);
  }
  const rising = [...below].map(([le, value]) => ({ le, below: value })).sort((a, b) => a.le - b.le);
  return (rising.at(-1)?.below ?? 0) > 0 ? rising : null;
};

/** What was counted between two readings of the same histogram. */
export const since = (now, before) =>
  now && now.map(({ le, below }, i) => ({ le, below: below - (before?.[i]?.below ?? 0) }));

/**
 * The bucket that holds a quantile, { above, atMost }: its edges are all that is known. What is good when large is told
 * by its lower edge, what is good when small by its upper one. Null where nothing was counted.
 */
export const bucketOf = (rising, q) => {
  const all = rising?.at(-1)?.below ?? 0;
  if (all <= 0) return null;
  const at = rising.findIndex(({ below }) => below >= q * all);
  return { above: at > 0 ? rising[at - 1].le : 0, atMost: rising[at].le };
};
