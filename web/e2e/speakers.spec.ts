import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { sampleFile, text } from './files.ts';
import { arrive, row } from './person.ts';

/** Turns long enough to be passages of their own: shorter ones are found together, under nobody's name. */
const AND_SO_ON = 'And then there is a good deal more to say about lighthouses, ferries and the tide. '.repeat(4);

const VOICES = `WEBVTT

00:00:00.000 --> 00:00:04.000
<v Speaker 1>Does the archive remember who says what? ${AND_SO_ON}

00:00:04.000 --> 00:00:09.000
<v Speaker 2>It does, as soon as somebody gives the voices their names. ${AND_SO_ON}

00:00:09.000 --> 00:00:12.000
<v Speaker 1>Then let us try it.
`;

test('two speakers are named, and their names stand in the transcript, in search, in exports and among the people', async ({
  page,
}) => {
  await arrive(page, 'Namers');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([await sampleFile('how-nexus-works.m4a', 'talk.m4a'), text('talk.vtt', VOICES)]);
  await expect(row(page, 'talk')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await row(page, 'talk').getByRole('link').click();
  await page.waitForLoadState('networkidle');

  const speakers = page.getByRole('region', { name: 'Speakers' });
  await expect(speakers.getByRole('listitem')).toHaveCount(2);
  for (const [label, name] of [
    ['Speaker 1', 'Ann Lee'],
    ['Speaker 2', 'Ben'],
  ] as const) {
    await speakers.getByRole('button', { name: `Rename ${label}` }).click();
    const field = speakers.getByRole('combobox', { name: `Name of ${label}` });
    await field.fill(name);
    await field.press('Enter');
    await expect(speakers.getByText(name, { exact: true })).toBeVisible();
  }

  const transcript = page.locator('[data-line]');
  await expect(transcript.first()).toBeVisible();
  await expect(page.getByText('Ann Lee', { exact: true })).toHaveCount(3);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: /VTT/ }).click();
  const exported = await readFile(await (await downloading).path(), 'utf8');
  expect(exported).toContain('<v Ben>It does');

  await page.goto('/archive/speakers', { waitUntil: 'networkidle' });
  await expect(page.locator('[data-person="Ann Lee"]')).toContainText('In 1 item · 0:07');
  await page.getByRole('button', { name: 'Change Ben' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Benjamin');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[data-person="Benjamin"]')).toBeVisible();

  // Passages follow a moment later.
  await expect(async () => {
    await page.goto('/assistant/search?q=voices', { waitUntil: 'networkidle' });
    await expect(page.getByRole('main')).toContainText('Benjamin', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
});
