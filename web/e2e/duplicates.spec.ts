import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { sampleFile } from './files.ts';
import { arrive, row } from './person.ts';

/** The sample talk as somebody else would send it. */
async function talkAs(name: string, ...options: string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'nexus-copy-'));
  try {
    const { buffer } = await sampleFile('how-nexus-works.m4a');
    const [source, target] = [join(directory, 'source.m4a'), join(directory, name)];
    await writeFile(source, buffer);
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', source, ...options, target]);
    return { name, mimeType: 'application/octet-stream', buffer: await readFile(target) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const drop = (page: Page, file: Awaited<ReturnType<typeof talkAs>>) =>
  page.locator('input[type=file]').first().setInputFiles([file]);

const rests = (page: Page, title: string, status: string) =>
  expect(row(page, title)).toHaveAttribute('data-status', status, { timeout: 60_000 });

test('the same talk as mp3 and as opus is recognised, and goes on when a person says otherwise', async ({ page }) => {
  await arrive(page, 'Twins');
  await drop(page, await talkAs('original.mp3', '-b:a', '48k'));
  await rests(page, 'original', 'waiting');

  await drop(page, await talkAs('copy.opus', '-ar', '48000', '-b:a', '24k'));
  await rests(page, 'copy', 'duplicate');
  await row(page, 'copy').getByRole('link').first().click();

  await expect(page.getByText('This is the same recording as')).toBeVisible();
  await expect(page.getByRole('link', { name: 'original' })).toBeVisible();
  await page.getByRole('button', { name: 'Not a duplicate' }).click();
  await expect(page.locator('[data-status=waiting]')).toBeVisible({ timeout: 30_000 });
});

test('a part of a talk is asked about with both players, answered by a key, and the answer taken back', async ({
  page,
}) => {
  await arrive(page, 'Parts');
  await drop(page, await talkAs('whole.mp3', '-b:a', '64k'));
  await rests(page, 'whole', 'waiting');
  await drop(page, await talkAs('part.mp3', '-ss', '8', '-t', '20', '-b:a', '64k'));
  await rests(page, 'part', 'waiting');

  await page.getByRole('link', { name: /Duplicates/ }).click();
  await page.waitForLoadState('networkidle');
  await expect(page.locator('[data-likeness]')).toContainText(/% of “part” sounds like 0:08–/);
  await expect(page.locator('[data-side]')).toHaveCount(2);
  await expect(page.locator('[data-stretch]')).toHaveCount(2);
  await page.getByRole('button', { name: /Play both together/ }).click();
  await expect
    .poll(() => page.locator('audio').evaluateAll((all) => all.every((audio) => !(audio as HTMLAudioElement).paused)))
    .toBe(true);

  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { name: 'No open questions' })).toBeVisible();
  await page.keyboard.press('u');
  await expect(page.locator('[data-likeness]')).toBeVisible();
});
