// How numbers are written on this page.

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const LargestFloat = 3.4e38;

/** A radius, never rounded up: it must not claim more than was proved. Null or the largest float is no bound at all. */
export const radius = value =>
  value === null || value === undefined || value > LargestFloat
    ? "∞" : (Math.floor(value * 1000 + 1e-9) / 1000).toFixed(3);

export const count = value => grouped.format(value).replaceAll(",", "\u202f");

export const percent = share => {
  const digits = share > 0 && share < 0.0995 || share > 0.9905 && share < 1 ? 1 : 0;
  return `${(100 * share).toFixed(digits)}\u202f%`;
};

/** A share of images that are certified, never rounded up. */
export const certified = share => `${(Math.floor(1000 * share + 1e-6) / 10).toFixed(1)}\u202f%`;

export const seconds = value =>
  value === null ? "–" : value < 0.001 ? "<\u202f1\u202fms"
    : value < 1 ? `${Math.round(value * 1000)}\u202fms` : `${value.toFixed(value < 10 ? 2 : 0)}\u202fs`;

export const bytes = value => {
  for (const [unit, size] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]])
    if (value >= size) return `${(value / size).toFixed(value / size < 10 ? 1 : 0)}\u202f${unit}`;
  return `${count(value)}\u202fB`;
};

/** Some round numbers from 0 to at least a highest one. */
export const ticks = (highest, wanted = 4) => {
  const rough = (highest > 0 ? highest : 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(size => size >= rough * 0.999);
  const steps = Math.max(1, Math.ceil(highest / step - 1e-9));
  return Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
};

export const short = value =>
  value >= 1e6 ? `${Number((value / 1e6).toPrecision(3))}M`
    : value >= 1e3 ? `${Number((value / 1e3).toPrecision(3))}k` : `${Number(value.toPrecision(4))}`;
