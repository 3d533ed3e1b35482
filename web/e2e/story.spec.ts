import { expect, test } from '@playwright/test';
import { sampleCues, sampleFile, text } from './files.ts';
import { linkInLetter } from './letters.ts';
import { arrive, PASSWORD, row } from './person.ts';

test('a new user drops in a recording and a note, watches both to the end, and finds them by what is said', async ({
  page,
  browser,
}) => {
  const spoken = (await sampleCues()).find((cue) => cue.text.includes('acoustic fingerprint'))!;
  await arrive(page, 'Harbour');
  await expect(page.getByRole('button', { name: 'Explore with a sample' })).toBeVisible();

  await page
    .locator('input[type=file]')
    .setInputFiles([
      await sampleFile('how-nexus-works.m4a', 'talk.m4a'),
      await sampleFile('how-nexus-works.vtt', 'talk.vtt'),
      text('whales.txt', 'Whales sing below twenty hertz.\n\nTheir songs cross whole oceans.'),
    ]);
  await expect(row(page, 'talk')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(row(page, 'whales')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(page.locator('li[data-item-id]')).toHaveCount(2);

  await page.goto('/assistant/search', { waitUntil: 'networkidle' });
  await page.getByRole('searchbox').fill('which acoustic fingerprint does it take?');
  await page.keyboard.press('Enter');
  const best = page.locator('a[data-passage]').first();
  await expect(best.locator('mark').first()).toBeVisible();
  await best.click();

  await expect(page).toHaveURL(/\/archive\/[0-9a-f-]+\?t=/);
  const opened = Number(new URL(page.url()).searchParams.get('t'));
  expect(Math.abs(opened - spoken.startSeconds)).toBeLessThan(1.5);
  await expect
    .poll(() => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime))
    .toBeGreaterThan(spoken.startSeconds - 1.5);
  await expect(page.locator('[data-line][aria-current=true]')).toContainText('acoustic fingerprint');
  const itemUrl = page.url();

  // Somebody of another organisation sees none of it, by list, by search and by address.
  const stranger = await browser.newPage();
  await arrive(stranger, 'Elsewhere');
  await expect(stranger.locator('li[data-item-id]')).toHaveCount(0);
  await stranger.goto('/assistant/search?q=acoustic+fingerprint');
  await expect(stranger.locator('a[data-passage]')).toHaveCount(0);
  const response = await stranger.goto(itemUrl);
  expect(response?.status()).toBe(404);
  await stranger.close();
});

test('the transcript follows the sound: a click on a line jumps there', async ({ page }) => {
  await arrive(page, 'Listeners');
  await page.getByRole('button', { name: 'Explore with a sample' }).click();
  await expect(row(page, 'How Nexus works')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await row(page, 'How Nexus works').getByRole('link').click();

  await page.locator('[data-line]').nth(4).click();

  const cues = await sampleCues();
  await expect
    .poll(() => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime))
    .toBeGreaterThanOrEqual(cues[4]!.startSeconds - 0.1);
});

test('the words of a recording are saved as subtitles', async ({ page }) => {
  await arrive(page, 'Savers');
  await page.getByRole('button', { name: 'Explore with a sample' }).click();
  await expect(row(page, 'How Nexus works')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await row(page, 'How Nexus works').getByRole('link').click();

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Save as SRT subtitles' }).click();

  expect((await download).suggestedFilename()).toBe('How Nexus works.srt');
});

test('the sample is marked and goes in one click', async ({ page }) => {
  await arrive(page, 'Samplers');
  await page.getByRole('button', { name: 'Explore with a sample' }).click();
  await expect(page.locator('li[data-item-id]')).toHaveCount(2);

  await page.getByRole('button', { name: 'Remove the sample' }).click();

  await expect(page.locator('li[data-item-id]')).toHaveCount(0);
});

test('signed out and in again, everything is as it was', async ({ page }) => {
  const { email } = await arrive(page, 'Returning');
  await page.context().clearCookies();

  await page.goto('/archive');
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page).toHaveURL(/\/archive$/);
});

test('a wrong password is refused with words, and what was typed stays', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill('nobody@example.org');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page.getByText('Email or password is wrong.')).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue('nobody@example.org');
});

test('somebody invited by link joins with the role of the invitation', async ({ page, browser }) => {
  await arrive(page, 'Inviters');
  // A choice made before the page is alive would be lost; no person is that fast.
  await page.goto('/settings/members', { waitUntil: 'networkidle' });
  await page.getByLabel('Role', { exact: true }).selectOption('viewer');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const address = await page.getByLabel('The invitation link').inputValue();

  const guest = await browser.newPage();
  await guest.goto(new URL(address).pathname);
  await expect(guest.getByText('Your role: Viewer.')).toBeVisible();
  await guest.getByRole('link', { name: 'Create account' }).click();
  await guest.getByLabel('Email').fill(`guest-${crypto.randomUUID().slice(0, 8)}@example.org`);
  await guest.getByLabel('Password').fill(PASSWORD);
  await guest.getByRole('button', { name: 'Create account' }).click();
  await guest.getByRole('button', { name: 'Join' }).click();

  await expect(guest).toHaveURL(/\/archive/);
  // A viewer may look and not add.
  await expect(guest.getByRole('button', { name: 'Explore with a sample' })).toHaveCount(0);
  await guest.close();
});

test('a forgotten password is replaced through the letter', async ({ page }) => {
  const { email } = await arrive(page, 'Forgetful');
  await page.context().clearCookies();
  await page.goto('/recover');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByText('a message with a link is on its way')).toBeVisible();

  await page.goto(await linkInLetter(email));
  await page.getByLabel('New password').fill('another horse entirely');
  await page.getByRole('button', { name: 'Save and go on' }).click();
  await expect(page).toHaveURL(/\/archive/);
});
