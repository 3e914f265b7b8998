// A picture of any size as the networks take it: the shorter side resized, the centre cut out, in whole numbers,
// exactly as the daemon does with files.

/** Which old pixels make each new one along an axis, with weights that add up to the denominator. */
const axis = (from, to, start, count) => {
  const shrinks = to <= from;
  const of = shrinks ? area : linear;
  const parts = Array.from({ length: count }, (_, i) => of(from, to, start + i));
  return { denominator: shrinks ? from : 2 * to, parts };
};

const area = (from, to, i) => {
  const begin = i * from, end = begin + from, first = Math.floor(begin / to), last = Math.floor((end - 1) / to);
  const weight = (_, k) => Math.min(end, (first + k + 1) * to) - Math.max(begin, (first + k) * to);
  return { first, weights: Array.from({ length: last - first + 1 }, weight) };
};

const linear = (from, to, i) => {
  const unit = 2 * to, position = (2 * i + 1) * from - to;
  if (position <= 0) return { first: 0, weights: [unit] };
  const j = Math.floor(position / unit), right = position % unit;
  return j >= from - 1 ? { first: from - 1, weights: [unit] }
    : { first: j, weights: right === 0 ? [unit] : [unit - right, right] };
};

// Half to even.
const offset = (length, side) => {
  const half = (length - side) / 2, floor = Math.floor(half);
  return half - floor === 0.5 && floor % 2 !== 0 ? floor + 1 : Math.floor(half + (half - floor === 0.5 ? 0 : 0.5));
};

/**
 * Levels 0–255, channel by channel.
 * @param picture { width, height, data } with RGBA bytes, opaque.
 * @param shape [channels, height, width] of an input.
 * @param shorterSide length of the shorter side before the cut.
 */
export const frame = (picture, [channels, height, width], shorterSide) => {
  const shorter = Math.min(picture.width, picture.height);
  const scaled = length => Math.floor(length * shorterSide / shorter);
  const same = picture.width === width && picture.height === height, square = width === height;
  const [tall, wide] = same || !square ? [height, width] : [scaled(picture.height), scaled(picture.width)];
  const rows = axis(picture.height, tall, offset(tall, height), height);
  const columns = axis(picture.width, wide, offset(wide, width), width);
  const denominator = rows.denominator * columns.denominator, levels = new Uint8Array(channels * height * width);
  const sums = new Float64Array(3 * width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const { first, weights } = rows.parts[y];
    weights.forEach((weight, k) => addLine(picture, first + k, weight, columns.parts, sums));
    for (let x = 0; x < width; x++) {
      const rgb = [0, 1, 2].map(c => Math.floor((sums[3 * x + c] + denominator / 2) / denominator));
      const values = channels === 3 ? rgb : [Math.round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2])];
      values.forEach((value, c) => { levels[(c * height + y) * width + x] = value; });
    }
  }
  return levels;
};

const addLine = ({ width, data }, row, weight, columns, sums) => {
  for (let x = 0; x < columns.length; x++) {
    const { first, weights } = columns[x];
    let r = 0, g = 0, b = 0;
    for (let k = 0, at = 4 * (row * width + first); k < weights.length; k++, at += 4) {
      r += weights[k] * data[at];
      g += weights[k] * data[at + 1];
      b += weights[k] * data[at + 2];
    }
    sums[3 * x] += weight * r;
    sums[3 * x + 1] += weight * g;
    sums[3 * x + 2] += weight * b;
  }
};
