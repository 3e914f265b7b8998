// Line charts, drawn as SVG: quiet axes, lines that are named where they end.

import { shape } from "./dom.js";
import { ticks } from "./numbers.js";

const Height = 240, Left = 44, Bottom = 36, Top = 14;

/**
 * A chart that fills its figure's width.
 * @param figure where it goes; its aria-label stays.
 * @param of { x, y: { title, format, most, ticks? }, lines: [{ name, points: [[x, y]], hue, step, thin, dashed }],
 *   marks?: [{ y, name }] }; what is between two points is never known: a line with step "after" has the value of the
 *   earlier one there, with "before" that of the later one.
 */
export const plot = (figure, { x, y, lines, marks = [] }) => {
  const width = Math.max(280, figure.clientWidth || 600);
  const right = lines.some(line => line.name) ? (width < 480 ? 66 : 92) : 14;
  const edge = x.most || 1, xs = ticks(edge, width < 480 ? 3 : 5), ys = ticks(y.most);
  const across = value => Left + (width - Left - right) * value / edge;
  const up = value => Height - Bottom - (Height - Bottom - Top) * value / ys.at(-1);
  const path = ({ points, step }) => points.map(([a, b], i) =>
    i === 0 ? `M${across(a).toFixed(1)} ${up(b).toFixed(1)}`
      : step === "before" ? `V${up(b).toFixed(1)}H${across(a).toFixed(1)}`
        : `H${across(a).toFixed(1)}V${up(b).toFixed(1)}`).join("");
  const kind = line => `line hue-${line.hue}${line.thin ? " thin" : ""}${line.dashed ? " dashed" : ""}`
    + (line.dashes ? ` dashes-${line.dashes}` : "");
  const drawn = shape("svg",
    { viewBox: `0 0 ${width} ${Height}`, width, height: Height, role: "presentation", "aria-hidden": "true" },
    ys.map(value => shape("g", { class: "grid" },
      shape("line", { x1: Left, x2: width - right, y1: up(value), y2: up(value) }),
      shape("text", { x: Left - 8, y: up(value) + 4, "text-anchor": "end" }, y.format(value)))),
    xs.filter(value => value <= edge).map(value => shape("text",
      { x: across(value), y: Height - Bottom + 18, "text-anchor": "middle", class: "tick" }, x.format(value))),
    shape("text", { x: width - right, y: Height - 3, "text-anchor": "end", class: "title" }, x.title),
    marks.map(mark => shape("g", { class: "mark" },
      shape("line", { x1: Left, x2: width - right, y1: up(mark.y), y2: up(mark.y) }),
      shape("text", { x: Left + 6, y: up(mark.y) - 5 }, mark.name))),
    lines.filter(line => line.points.length > 0).map(line =>
      shape("path", { d: path(line), class: kind(line) })));
  drawn.append(...named(lines, across, up), ...lines.filter(line => line.points.length > 0 && line.dot).map(line =>
    shape("circle",
      { cx: across(line.points.at(-1)[0]), cy: up(line.points.at(-1)[1]), r: 4, class: `dot hue-${line.hue}` })));
  figure.replaceChildren(drawn);
};

// Names stand at the ends of their lines; those that would touch are pushed apart.
const named = (lines, across, up) => {
  const labels = lines.filter(line => line.name && line.points.length > 0).map(line => {
    const [x, y] = line.points.at(-1);
    return { name: line.name, hue: line.hue, x: across(x) + 9, y: up(y) + 4 };
  }).sort((a, b) => a.y - b.y);
  for (let i = 1; i < labels.length; i++) labels[i].y = Math.max(labels[i].y, labels[i - 1].y + 15);
  const over = Math.max(0, (labels.at(-1)?.y ?? 0) - (Height - Bottom + 4));
  for (let i = labels.length - 1; i >= 0; i--)
    labels[i].y = Math.min(labels[i].y, i === labels.length - 1 ? labels[i].y - over : labels[i + 1].y - 15);
  return labels.map(label => shape("text", { x: label.x, y: label.y, class: `name hue-${label.hue}` }, label.name));
};
