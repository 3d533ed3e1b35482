import { join } from 'node:path';
import type { DuplicateRelation } from '@nexus/shared/archive';
import { fingerprintMedia, probeMedia } from '../../worker/src/archive/media/index.ts';
import { makeSpokenRecording, type Voice } from '../../worker/test/recordings/make-spoken-recording.ts';
import { SAMPLE_RATE, writeWav } from '../../worker/test/recordings/wav.ts';
import { syntheticLanguage } from './synthetic-language.ts';

export interface Fingerprinted {
  hashes: Uint32Array;
  durationSeconds: number;
}

interface Change {
  args: string;
  words: string;
  isFound: (relation: DuplicateRelation | null) => boolean;
}

const isSame = (relation: DuplicateRelation | null) => relation === 'same';
const isAsked = (relation: DuplicateRelation | null) => relation === 'same' || relation === 'maybe';

/** What happens to recordings on their way, as ffmpeg does it. */
export const CHANGES: Record<string, Change> = {
  mp3: { args: '-b:a 48k out.mp3', words: 'MP3 at 48 kbit/s: taken for the same', isFound: isSame },
  opus: { args: '-ar 48000 -b:a 16k out.opus', words: 'Opus at 16 kbit/s: taken for the same', isFound: isSame },
  quieter: { args: '-af volume=-12dB -b:a 64k out.mp3', words: '12 dB quieter: taken for the same', isFound: isSame },
  cut: {
    args: '-ss 3.03 -b:a 64k out.mp3',
    words: '3 s cut off, between two hashes: taken for the same',
    isFound: isSame,
  },
  excerpt: {
    args: '-ss 20.05 -t 30 -b:a 64k out.mp3',
    words: '30 s out of it: asked about as a part',
    isFound: (relation) => relation === 'excerpt',
  },
  telephone: {
    args: '-af highpass=f=300,lowpass=f=3400 -ar 8000 -c:a pcm_mulaw out.wav',
    words: 'telephone band at 8 kHz: taken for the same or asked about',
    isFound: isAsked,
  },
};

const VOICES: readonly Voice[] = ['slt', 'rms', 'awb'];
const SPOKEN = 9;
const SUNG = 3;
const SENTENCES = 14;
/** Two of the spoken ones begin with the same words. */
const OPENING =
  'Welcome to the evening programme of the harbour radio, with news about wind, water and weather of the week.';

/** Speech of three voices and synthetic music, a minute each, and every one of them changed in every way. */
export async function makeRecordings(directory: string) {
  const paths = [
    ...(await Promise.all(Array.from({ length: SPOKEN }, (_, n) => speakOne(directory, n)))),
    ...(await Promise.all(Array.from({ length: SUNG }, (_, n) => playOne(directory, n)))),
  ];
  const originals: Fingerprinted[] = [];
  const copies: (Fingerprinted & { change: string; of: number })[] = [];
  for (const [of, path] of paths.entries()) {
    originals.push(await fingerprinted(path));
    for (const [change, { args }] of Object.entries(CHANGES)) {
      const [file, ...options] = args.split(' ').toReversed();
      const target = join(directory, `${of}-${change}-${file}`);
      await ffmpeg('-i', path, ...options.toReversed(), target);
      copies.push({ ...(await fingerprinted(target)), change, of });
    }
  }
  return { originals, copies };
}

async function speakOne(directory: string, number: number): Promise<string> {
  const language = syntheticLanguage(100 + number);
  const sentences = Array.from({ length: SENTENCES }, () => language.sentence(9));
  if (number % SPOKEN < 2) sentences.unshift(OPENING);
  const voice = number < 2 ? VOICES[0]! : VOICES[number % VOICES.length]!;
  const { wavPath } = await makeSpokenRecording(
    sentences.map((text) => ({ text, voice })),
    join(directory, `spoken-${number}`),
  );
  return wavPath;
}

/** Plucked chords of a scale: a minute of them, each a third of a second. */
async function playOne(directory: string, number: number): Promise<string> {
  const language = syntheticLanguage(900 + number);
  const seconds = 60;
  const samples = new Int16Array(seconds * SAMPLE_RATE);
  const step = SAMPLE_RATE / 3;
  for (let from = 0; from < samples.length; from += step) {
    const tones = Array.from({ length: 3 }, () => 110 * 2 ** ((language.sentence(3).length % 24) / 12));
    for (let at = 0; at < step && from + at < samples.length; at++) {
      const fading = Math.exp((-3 * at) / step);
      const value = tones.reduce((sum, tone) => sum + harmonics((tone * at) / SAMPLE_RATE), 0);
      samples[Math.floor(from + at)] = Math.round(value * fading * 2000);
    }
  }
  const path = join(directory, `music-${number}.wav`);
  await Bun.write(path, writeWav([samples]));
  return path;
}

const harmonics = (turns: number): number =>
  [1, 2, 3, 4, 5].reduce((sum, n) => sum + Math.sin(2 * Math.PI * n * turns) / n, 0);

async function fingerprinted(path: string): Promise<Fingerprinted> {
  const signal = new AbortController().signal;
  const { hashes, durationSeconds } = await fingerprintMedia(path, await probeMedia(path, { signal }), signal);
  return { hashes, durationSeconds };
}

async function ffmpeg(...args: string[]): Promise<void> {
  const child = Bun.spawn(['ffmpeg', '-v', 'error', '-nostdin', '-y', ...args], { stdout: 'ignore', stderr: 'pipe' });
  if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
}
