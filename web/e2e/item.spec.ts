import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { sampleCues, sampleFile, text } from './files.ts';
import { arrive, row } from './person.ts';
import { callApi, speechServer } from './speech-server.ts';

const lines = (page: Page) => page.locator('[data-line]');
const line = (page: Page, words: string) => lines(page).filter({ hasText: words });
const secondsOf = (page: Page) => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime);

async function openItem(page: Page, title: string): Promise<void> {
  await expect(row(page, title)).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await row(page, title).getByRole('link').click();
  await expect(page).toHaveURL(/\/archive\/[0-9a-f-]{36}/);
  await page.waitForLoadState('networkidle');
}

async function openSample(page: Page, org: string): Promise<void> {
  await arrive(page, org);
  await page.getByRole('button', { name: 'Explore with a sample' }).click();
  await openItem(page, 'How Nexus works');
}

test('a word corrected while listening is followed, found, exported, undone, and kept by a new transcript', async ({
  page,
}) => {
  const cues = await sampleCues();
  const said = cues.slice(0, 6).map(({ startSeconds, text: words }, at) => ({
    startSeconds,
    endSeconds: cues[at + 1]!.startSeconds - 0.2,
    text: words,
  }));
  // The first time it mishears a name; the second time it cuts its sentences otherwise, and mishears it still.
  let heard = said.map((cue) => ({ ...cue, text: cue.text.replace('Nexus', 'Necksus') }));
  await using server = await speechServer(() => heard);
  await arrive(page, 'Correctors');
  await callApi(page, 'POST', '/credentials', {
    kind: 'transcriber',
    adapter: 'openai-compatible',
    label: 'Loopback',
    settings: { baseUrl: server.baseUrl },
    secret: { apiKey: 'none' },
  });
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([await sampleFile('how-nexus-works.m4a', 'talk.m4a')]);
  await openItem(page, 'talk');

  // The words are followed while it plays, slowly enough for whoever looks only now and then.
  await page.waitForFunction(() => (document.querySelector('audio')?.readyState ?? 0) > 0);
  await page.locator('audio').evaluate((audio: HTMLAudioElement) => (audio.playbackRate = 0.1));
  await line(page, 'I have just opened').click();
  const word = page.locator('[data-word].bg-accent');
  const followed = async () => ((await word.count()) > 0 ? ((await word.first().textContent()) ?? '') : '');
  await expect.poll(followed, { timeout: 30_000 }).toMatch(/^(I|have|just|opened)/);
  const first = await followed();
  await expect.poll(followed, { timeout: 30_000 }).not.toBe(first);

  // The line is corrected without stopping the sound, by keyboard alone.
  await page.keyboard.press('e');
  const field = page.getByRole('textbox', { name: 'Words' });
  await expect(field).toBeFocused();
  await field.fill('I have just opened Nexus. What can I do with it?');
  await field.press('Control+Space');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await field.press('Enter');
  await expect(line(page, 'I have just opened Nexus.')).toBeFocused();
  await expect(line(page, 'I have just opened Nexus.').getByRole('img', { name: 'Corrected by hand' })).toBeVisible();

  // It is taken back and put back.
  await page.keyboard.press('Control+z');
  await expect(line(page, 'opened Necksus.')).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(line(page, 'opened Nexus.')).toBeVisible();

  // What is exported has the corrected word.
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Save as SRT subtitles' }).click();
  expect(await readFile(await (await download).path(), 'utf8')).toContain('opened Nexus.');

  // Another run of the transcriber cuts the sentences otherwise; the correction stays, the machine's version too.
  heard = [
    {
      startSeconds: heard[0]!.startSeconds,
      endSeconds: heard[1]!.endSeconds,
      text: `${heard[0]!.text} ${heard[1]!.text}`,
    },
    ...heard.slice(2),
  ];
  const id = new URL(page.url()).pathname.split('/').at(-1)!;
  await expect
    .poll(async () => (await callApi(page, 'GET', `/media/${id}`)) as { status: string })
    .toMatchObject({ status: 'ready' });
  await callApi(page, 'POST', `/media/${id}/retry`, { fromStep: 'transcribe' });
  await expect(page.getByLabel('Version of the words').locator('option')).toHaveCount(3);
  await expect(lines(page).first()).toContainText('opened Nexus. What can I do with it? Necksus keeps');
  await page.getByLabel('Version of the words').selectOption('1');
  await expect(line(page, 'opened Necksus.')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the words as they are now' }).click();

  // Search knows the word.
  await expect
    .poll(async () => {
      const answer = await callApi(page, 'POST', '/search', { query: 'opened nexus' });
      return JSON.stringify(answer);
    })
    .toContain('opened Nexus.');
});

test('two pages of one item show each other’s corrections, and the second to save a line is told', async ({ page }) => {
  await openSample(page, 'Pairs');
  const other = await page.context().newPage();
  await other.goto(page.url(), { waitUntil: 'networkidle' });
  await line(other, 'Which steps are those?').dblclick();

  await line(page, 'Which steps are those?').dblclick();
  await page.getByRole('textbox', { name: 'Words' }).fill('Which stages are those?');
  await page.getByRole('textbox', { name: 'Words' }).press('Enter');

  await expect(line(page, 'Which stages are those?')).toBeVisible();
  const field = other.getByRole('textbox', { name: 'Words' });
  await field.fill('Which phases are those?');
  await field.press('Enter');
  await expect(other.getByRole('alert')).toContainText('Which stages are those?');
  await field.press('Enter');
  await expect(line(other, 'Which phases are those?')).toBeVisible();
  await expect(line(page, 'Which phases are those?')).toBeVisible();
});

test('words are found inside, a link to a second is copied and opens there', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openSample(page, 'Finders');

  await page.keyboard.press('/');
  const field = page.getByRole('searchbox', { name: 'Find in this text' });
  await expect(field).toBeFocused();
  await field.fill('recording');
  const count = page.getByText(/^1 of \d+$/);
  await expect(count).toBeVisible();
  await field.press('Enter');
  await expect(page.getByText(/^2 of \d+$/)).toBeVisible();
  await expect(page.locator('[data-line] mark.outline-accent')).toBeInViewport();

  const target = line(page, 'acoustic fingerprint').first();
  await target.click({ button: 'right' });
  await page.keyboard.press('Escape');
  await expect(target).toBeFocused();
  await target.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy a link to here' }).click();
  await expect(page.getByText('Link copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const [cue] = (await sampleCues()).filter(({ text: words }) => words.includes('acoustic fingerprint'));
  expect(Math.abs(Number(new URL(link).searchParams.get('t')) - cue!.startSeconds)).toBeLessThanOrEqual(0.1);
  await page.goto(link, { waitUntil: 'networkidle' });
  await expect.poll(() => secondsOf(page)).toBeGreaterThan(cue!.startSeconds - 0.2);
});

test('a paragraph of a document is corrected, linked to and found', async ({ page }) => {
  await arrive(page, 'Readers');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([text('whales.txt', 'Wales sing below twenty hertz.\n\nTheir songs cross whole oceans.')]);
  await openItem(page, 'whales');

  await page.locator('#p-0').dblclick();
  const field = page.getByRole('textbox', { name: 'Words' });
  await field.fill('Whales sing below twenty hertz.');
  await field.press('Enter');

  await expect(page.locator('#p-0')).toHaveText('Whales sing below twenty hertz.');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('#p-0')).toHaveText('Wales sing below twenty hertz.');
  await page.goto(`${page.url()}?p=1`);
  await expect(page.locator('#p-1.bg-mark')).toBeVisible();
});
