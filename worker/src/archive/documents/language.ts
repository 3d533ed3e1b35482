import { createRequire } from 'node:module';

type Franc = typeof import('franc-min');

const load = createRequire(import.meta.url);
let franc: Franc | undefined;
/** Loaded by the first text: the trigrams take 14 MB of memory. */
const francAll: Franc['francAll'] = (...asked) => (franc ??= load('franc-min') as Franc).francAll(...asked);

/** Below this many letters the trigrams of related languages cannot be told apart; a CJK character counts for four. */
const MIN_LETTERS = 60;
const WINDOW_CHARACTERS = 250;
const MAX_WINDOWS = 15;
const MAX_CHARACTERS = 400_000;
/** Of the windows of a longer text; code and mixed texts scatter and stay below. */
const MIN_AGREEMENT = 0.6;
/** Between first and second in a short text: 0.08 and more in plain Russian, English, German; 0.01 in source code. */
const MIN_LEAD = 0.03;

/** Franc names the largest member of a macrolanguage; BCP 47 wants the macrolanguage's two letters. */
const MACROLANGUAGES: Record<string, string> = {
  arb: 'ar',
  azj: 'az',
  cmn: 'zh',
  fuv: 'ff',
  npi: 'ne',
  pbu: 'ps',
  pes: 'fa',
  plt: 'mg',
  qug: 'qu',
  swh: 'sw',
  tgl: 'tl',
  uzn: 'uz',
  zlm: 'ms',
  zyb: 'za',
};

/** Letters without which a text in Cyrillic is not in that language; trigrams alone take Russian for Bosnian at times. */
const TELLING_LETTERS: [code: string, letters: RegExp][] = [
  ['rus', /[ыэё]/i],
  ['srp', /[јљњћђџ]/i],
  ['ukr', /[іїєґ]/i],
  ['bel', /ў/i],
  ['kaz', /[әғқңөұүһі]/i],
];
/** Written in Latin letters nowadays, or too small to outweigh the mistakes for Russian. */
const NEVER_CYRILLIC = ['bos', 'koi', 'uzn', 'azj'];

/** The language of a text as two letters (BCP 47), or null when there is too little text or too little certainty. */
export function detectLanguage(text: string): string | null {
  const words = proseOf(text.slice(0, MAX_CHARACTERS));
  if (weightedLetters(words) < MIN_LETTERS) return null;
  const ignore = impossible(words.slice(0, 20_000));
  const windows = evenWindows(words);
  const code = windows.length < 3 ? leader(words, ignore) : majority(windows, ignore);
  return code === null ? null : twoLetters(code);
}

/** Word by word, because a pattern for addresses would search a line of a million letters again from each of them. */
function proseOf(text: string): string {
  return text
    .split(/\s+/)
    .filter((word) => !word.includes('@') && !word.includes('://'))
    .join(' ')
    .replace(/[\d\p{S}_]+/gu, ' ')
    .replace(/ {2,}/g, ' ');
}

function impossible(text: string): string[] {
  const cyrillic = text.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  if (cyrillic * 2 < text.length / 2) return [];
  return [...NEVER_CYRILLIC, ...TELLING_LETTERS.filter(([, letters]) => !letters.test(text)).map(([code]) => code)];
}

function leader(text: string, ignore: string[]): string | null {
  const [first, second] = francAll(text, { ignore });
  if (!first || first[0] === 'und') return null;
  return second === undefined || first[1] - second[1] >= MIN_LEAD ? first[0] : null;
}

function majority(windows: string[], ignore: string[]): string | null {
  const votes = new Map<string, number>();
  for (const window of windows) {
    const code = francAll(window, { ignore })[0]?.[0] ?? 'und';
    votes.set(code, (votes.get(code) ?? 0) + 1);
  }
  const [code, count] = [...votes].reduce((best, next) => (next[1] > best[1] ? next : best));
  return code !== 'und' && count / windows.length >= MIN_AGREEMENT ? code : null;
}

/** Spread over the whole text: the first pages of a book may be a foreign motto or a licence. */
function evenWindows(text: string): string[] {
  const count = Math.min(MAX_WINDOWS, Math.floor(text.length / WINDOW_CHARACTERS));
  const stride = text.length / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor(index * stride);
    return text.slice(start, start + WINDOW_CHARACTERS);
  });
}

function weightedLetters(text: string): number {
  const start = text.slice(0, 2000);
  const letters = start.match(/\p{L}/gu)?.length ?? 0;
  return (
    letters +
    3 * (start.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0)
  );
}

function twoLetters(code: string): string | null {
  const tag = MACROLANGUAGES[code] ?? Intl.getCanonicalLocales(code)[0] ?? '';
  return tag.length === 2 ? tag : null;
}
