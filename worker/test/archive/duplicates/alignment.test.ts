import { describe, expect, test } from 'bun:test';
import { alignFingerprints } from '../../../src/archive/duplicates/align-fingerprints.ts';
import { fingerprintKeys } from '../../../src/archive/duplicates/fingerprint-keys.ts';
import { judgeAlignment } from '../../../src/archive/duplicates/judge-alignment.ts';
import { steadyBits } from '../../../src/archive/duplicates/steady-bits.ts';
import { randomSound, withErrors } from '../../recordings/random-fingerprint.ts';

const ORG = '11111111-1111-4111-8111-111111111111';
/** Three minutes. */
const LONG = 1450;

const judge = (a: Uint32Array, b: Uint32Array) => {
  const found = alignFingerprints(a, b);
  return found && judgeAlignment(found, { a: a.length, b: b.length });
};

test('the steady bits are every second one, from the highest', () => {
  expect(steadyBits(0xaaaaaaaa)).toBe(0xffff);
  expect(steadyBits(0x55555555)).toBe(0);
  expect(steadyBits(0x80000002)).toBe(0x8001);
});

describe('two fingerprints', () => {
  test('of the same sound with 8 % of the bits turned are the same, wherever one of them begins', () => {
    const sound = randomSound(1, LONG);

    const found = alignFingerprints(withErrors(2, sound, 0.08), sound.subarray(24));

    expect(found).toMatchObject({ offset: 24 });
    expect(found!.bitErrorRate).toBeCloseTo(0.08, 1);
    expect(judge(withErrors(2, sound, 0.08), sound.subarray(24))).toBe('same');
  });

  test('with 20 % turned, as over a telephone, are perhaps the same', () => {
    const sound = randomSound(3, LONG);

    expect(judge(withErrors(4, sound, 0.2), sound)).toBe('maybe');
  });

  test('of which one is a part of the other contain each other', () => {
    const sound = randomSound(5, LONG);
    const part = withErrors(6, sound.subarray(500, 900), 0.05);

    expect(alignFingerprints(sound, part)).toMatchObject({ offset: 500, startInA: 500, endInA: 899 });
    expect(judge(sound, part)).toBe('contains');
    expect(judge(part, sound)).toBe('excerpt');
  });

  test('that share the same opening of 10 seconds and nothing else are not worth a question', () => {
    const opening = randomSound(7, 80);
    const [a, b] = [8, 9].map((seed) => Uint32Array.from([...opening, ...randomSound(seed, LONG)]));

    expect(alignFingerprints(a!, b!)).toMatchObject({ offset: 0, startInA: 0 });
    expect(judge(a!, b!)).toBeNull();
  });

  test('that share a third are a question, and less than 8 seconds are nothing', () => {
    const shared = randomSound(10, 500);
    const [a, b] = [11, 12].map((seed) => Uint32Array.from([...randomSound(seed, 1000), ...shared]));

    expect(judge(a!, b!)).toBe('overlap');
    expect(alignFingerprints(randomSound(13, LONG).subarray(0, 50), randomSound(13, LONG))).toBeNull();
  });

  test('of unrelated sound do not lie on each other anywhere', () => {
    for (let seed = 20; seed < 40; seed++)
      expect(judge(randomSound(seed, LONG), randomSound(seed + 100, LONG))).toBeNull();
  });

  test('of one voice, whose best places fit half as well as a copy would, are not a question', () => {
    const likeness = { bitErrorRate: 0.25, shareOfA: 0.55, shareOfB: 0.5 };

    expect(judgeAlignment(likeness, { a: 57, b: 61 })).toBeNull();
    expect(judgeAlignment({ ...likeness, shareOfA: 1, shareOfB: 1 }, { a: 61, b: 61 })).toBe('maybe');
  });

  test('of silence, a hum or a beep match nothing, and have no keys', () => {
    const silence = new Uint32Array(LONG).fill(627_964_279);
    const beep = Uint32Array.from({ length: LONG }, (_, i) => [1, 99, 7][i % 3]!);

    for (const quiet of [silence, beep]) {
      expect(alignFingerprints(quiet, quiet)).toBeNull();
      expect(fingerprintKeys(quiet, ORG)).toEqual([]);
    }
  });

  test('with a minute of the same silence count only what is said', () => {
    const silence = new Uint32Array(480).fill(627_964_279);
    const [a, b] = [14, 15].map((seed) => Uint32Array.from([...silence, ...randomSound(seed, 300)]));

    expect(judge(a!, b!)).toBeNull();
  });
});

describe('keys', () => {
  test('are between 128 and 256 for a short recording and one in 32 for a long one', () => {
    const [short, long] = [fingerprintKeys(randomSound(16, 700), ORG), fingerprintKeys(randomSound(17, 20_000), ORG)];

    expect(short.length).toBeWithin(100, 257);
    expect(long.length).toBeWithin(500, 700);
  });

  test('of an excerpt are among those of the whole, as far as the whole keeps them', () => {
    const sound = randomSound(18, 9600);
    const whole = new Set(fingerprintKeys(sound, ORG));
    const excerpt = fingerprintKeys(sound.subarray(2000, 3000), ORG);

    expect(excerpt.filter((key) => whole.has(key)).length).toBeGreaterThan(20);
  });

  test('of two organisations have nothing in common', () => {
    const sound = randomSound(19, LONG);
    const ours = new Set(fingerprintKeys(sound, ORG));

    const theirs = fingerprintKeys(sound, '22222222-2222-4222-8222-222222222222');

    expect(theirs.filter((key) => ours.has(key)).length).toBeLessThan(3);
  });
});
