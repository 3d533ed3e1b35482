import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';

/** The link in the newest letter to somebody, from the outbox that stands in for a mail server. */
export async function linkInLetter(email: string): Promise<string> {
  const outbox = join(process.env.NEXUS_E2E_HOME ?? '', 'outbox');
  const newest = async () => {
    const names = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml')).sort();
    const letters = await Promise.all(names.map((name) => readFile(join(outbox, name), 'utf8')));
    return letters.filter((letter) => letter.includes(email)).at(-1) ?? '';
  };
  await expect.poll(newest).not.toBe('');
  // Letters wrap long lines with "=" at the end and write "=" as "=3D".
  const text = (await newest()).replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
  const link = /https?:\/\/[^\s"<>]+/.exec(text.replaceAll('&amp;', '&'))?.[0];
  expect(link).toBeDefined();
  return link!;
}
