import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const SAMPLE = fileURLToPath(new URL('../../worker/assets/sample/', import.meta.url));

/** A file as a person would choose it. */
export async function sampleFile(name: string, as = name) {
  return { name: as, mimeType: 'application/octet-stream', buffer: await readFile(SAMPLE + name) };
}

export const text = (name: string, content: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });

/** Cues of the sample talk, for what is said when. */
export async function sampleCues(): Promise<{ startSeconds: number; text: string }[]> {
  const vtt = await readFile(`${SAMPLE}how-nexus-works.vtt`, 'utf8');
  return [...vtt.matchAll(/^(?:(\d+):)?(\d+):(\d+\.\d+) --> .*\n(.+)$/gm)].map(
    ([, hours = '0', minutes, seconds, line = '']) => ({
      startSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
      text: line.replaceAll(/<[^>]*>/g, ''),
    }),
  );
}
