/** Of one row of an animation path: two colours, the last rotation, and the control points of its easing, each 0 to 255. */
export type AnimationRow = readonly number[];

/** Colours (3 + 3), a rotation, and four values of a cubic Bézier curve. */
export const ROW_LENGTH = 11;
/** The loading animation's length, in the unit in which the page's key chooses a moment of it. */
const TOTAL_TIME = 4096;

/**
 * The state of X's loading animation at a moment, as digits: red, green, blue and the four numbers of a rotation matrix in hexadecimal,
 * then two noughts. `moment` counts to 4096, and may lie beyond.
 */
export function animationKey(row: AnimationRow, moment: number): string {
  const progress = ease(row.slice(7, ROW_LENGTH).map(controlPoint), moment / TOTAL_TIME);
  const colour = [0, 1, 2].map((channel) => {
    const value = mix(row[channel]!, row[channel + 3]!, progress);
    return Math.round(Math.min(255, Math.max(0, value))).toString(16);
  });
  const lastRotation = Math.floor(scale(row[6]!, 60, 360));
  const radians = (mix(0, lastRotation, progress) * Math.PI) / 180;
  const matrix = [Math.cos(radians), -Math.sin(radians), Math.sin(radians), Math.cos(radians)];
  const digits = matrix.map((value) => hexadecimal(Math.abs(toHundredths(value))));
  return [...colour, ...digits, '0', '0'].join('').replaceAll('.', '');
}

const mix = (from: number, to: number, share: number): number => from * (1 - share) + to * share;
const scale = (value: number, low: number, high: number): number => (value * (high - low)) / 255 + low;
const toHundredths = (value: number): number => Number(value.toFixed(2));
/** The second and the fourth may lie below nought. */
const controlPoint = (value: number, index: number): number => toHundredths(scale(value, index % 2 === 1 ? -1 : 0, 1));

/** CSS `cubic-bezier(x1, y1, x2, y2)` at a time; outside 0 to 1 it goes on along the gradient of its ends. */
function ease(points: readonly number[], time: number): number {
  const [x1, y1, x2, y2] = points as [number, number, number, number];
  if (time <= 0) {
    if (x1 > 0) return (y1 / x1) * time;
    return y1 === 0 && x2 > 0 ? (y2 / x2) * time : 0;
  }
  if (time >= 1) {
    if (x2 < 1) return 1 + ((y2 - 1) / (x2 - 1)) * (time - 1);
    return x2 === 1 && x1 < 1 ? 1 + ((y1 - 1) / (x1 - 1)) * (time - 1) : 1;
  }
  let low = 0;
  let high = 1;
  let middle = 0;
  while (low < high) {
    middle = (low + high) / 2;
    const x = bezier(x1, x2, middle);
    if (Math.abs(time - x) < 0.00001) break;
    const next = x < time ? [middle, high] : [low, middle];
    // Halving has come to an end of what a number can tell.
    if (next[0] === low && next[1] === high) break;
    [low, high] = next as [number, number];
  }
  return bezier(y1, y2, middle);
}

const bezier = (a: number, b: number, t: number): number =>
  3 * a * (1 - t) * (1 - t) * t + 3 * b * (1 - t) * t * t + t * t * t;

/** Every digit that the number has; `toString(16)` gives only as many as tell it from its neighbours. */
function hexadecimal(value: number): string {
  const whole = Math.trunc(value);
  let fraction = value - whole;
  let digits = '';
  while (fraction > 0) {
    fraction *= 16;
    const digit = Math.trunc(fraction);
    fraction -= digit;
    digits += digit.toString(16);
  }
  return digits === '' ? String(whole) : `${whole}.${digits}`;
}
