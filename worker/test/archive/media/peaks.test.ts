import { expect, test } from 'bun:test';
import { collectPeaks } from '../../../src/archive/media/peaks.ts';

function pcm(samples: ArrayLike<number>): Uint8Array {
  return new Uint8Array(Int16Array.from(samples).buffer);
}

test('a short sound has a point per 16 samples, each with its lowest and highest', () => {
  const waveform = collectPeaks();
  waveform.write(pcm(Array.from({ length: 40 }, (_, i) => (i === 3 ? -32768 : i === 20 ? 32767 : 0))));

  const { peaks, samples } = waveform.finish();

  expect(samples).toBe(40);
  expect(peaks).toEqual({ min: [-128, 0, 0], max: [0, 127, 0] });
});

test('an hour fits into 4,000 points and a single click stays where it was', () => {
  const rate = 1000;
  const waveform = collectPeaks();
  const second = new Int16Array(rate);
  const click = new Int16Array(rate).fill(20_000, 500, 501);
  for (let i = 0; i < 3600; i++) waveform.write(pcm(i === 1800 ? click : second));

  const { peaks, samplesPerPoint } = waveform.finish();

  expect(peaks.max.length).toBeLessThanOrEqual(4000);
  expect(peaks.max.length).toBeGreaterThanOrEqual(2000);
  expect(peaks.max.length).toBe(Math.ceil((3600 * rate) / samplesPerPoint));
  const at = peaks.max.indexOf(20_000 >> 8);
  expect((at * samplesPerPoint) / rate).toBeCloseTo(1800, -1);
});

test('chunks cut in the middle of a sample change nothing', () => {
  const bytes = pcm(Array.from({ length: 5000 }, (_, i) => Math.round(Math.sin(i / 10) * 30_000)));
  const whole = collectPeaks();
  const cut = collectPeaks();

  whole.write(bytes);
  for (let i = 0; i < bytes.length; i += 7) cut.write(bytes.subarray(i, i + 7));

  expect(cut.finish()).toEqual(whole.finish());
});

test('nothing gives nothing', () => {
  expect(collectPeaks().finish()).toMatchObject({ samples: 0, peaks: { min: [], max: [] } });
});
