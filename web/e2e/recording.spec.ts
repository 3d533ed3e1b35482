import { expect, type Page, test } from '@playwright/test';
import { arrive, row } from './person.ts';

// A microphone that beeps once a second, and no question whether it may be used.
test.use({
  permissions: ['microphone'],
  launchOptions: async ({ launchOptions }, use) => {
    const args = [
      ...(launchOptions.args ?? []),
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ];
    await use({ ...launchOptions, args });
  },
});

async function startRecording(page: Page): Promise<void> {
  await page.goto('/archive/record', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Start recording' }).click();
  await expect(page.locator('[data-stage=recording]')).toBeVisible();
}

const elapsedSeconds = async (page: Page): Promise<number> => {
  const [minutes = '0', seconds = '0'] = (await page.locator('[data-elapsed]').innerText()).split(':');
  return Number(minutes) * 60 + Number(seconds);
};
const reaches = (page: Page, seconds: number) =>
  expect.poll(() => elapsedSeconds(page), { timeout: 30_000 }).toBeGreaterThanOrEqual(seconds);

/** Seconds of sound as the item's own player has them. */
async function playedSeconds(page: Page): Promise<number> {
  const audio = page.locator('audio');
  await expect
    .poll(() => audio.evaluate((sound: HTMLAudioElement) => sound.duration || 0), { timeout: 45_000 })
    .toBeGreaterThan(0);
  return audio.evaluate((sound: HTMLAudioElement) => sound.duration);
}

test('recording, paused with the space bar, carried to another page and stopped, becomes an item that plays', async ({
  page,
}) => {
  await arrive(page, 'Voices');
  await startRecording(page);
  await expect(page.getByRole('meter')).toHaveAttribute('aria-valuetext', 'Sound is heard');
  await reaches(page, 2);

  await page.locator('body').press('Space');
  await expect(page.locator('[data-stage=paused]')).toBeVisible();
  const before = await elapsedSeconds(page);
  await page.locator('body').press('Space');
  await page.getByLabel('Title').fill('Harbour talk');
  await page.getByRole('link', { name: 'Archive' }).first().click();
  const bar = page.getByRole('complementary', { name: 'Recording in progress' });
  await bar.getByRole('link').click();
  await reaches(page, before + 2);
  const shown = await elapsedSeconds(page);
  await page.getByRole('button', { name: 'Stop and save' }).click();

  await expect(page).toHaveURL(/\/archive\/[0-9a-f-]{36}$/, { timeout: 30_000 });
  await expect(page.getByRole('heading', { name: 'Harbour talk' })).toBeVisible();
  expect(await playedSeconds(page)).toBeGreaterThan(shown - 1);
});

test('what is recorded without a network arrives when it is back', async ({ page, context }) => {
  await arrive(page, 'Islands');
  await startRecording(page);
  await reaches(page, 1);

  await context.setOffline(true);
  await expect(page.getByText('No connection.')).toBeVisible({ timeout: 30_000 });
  await reaches(page, 5);
  await context.setOffline(false);
  await expect(page.getByText('No connection.')).toBeHidden({ timeout: 30_000 });
  const shown = await elapsedSeconds(page);
  await page.getByRole('button', { name: 'Stop and save' }).click();

  await expect(page).toHaveURL(/\/archive\/[0-9a-f-]{36}$/, { timeout: 30_000 });
  expect(await playedSeconds(page)).toBeGreaterThan(shown - 1);
});

test('a tab that is killed leaves its recording in the library, whole', async ({ page, context }) => {
  await arrive(page, 'Wrecks');
  await startRecording(page);
  await reaches(page, 4);
  const shown = await elapsedSeconds(page);

  await page.close({ runBeforeUnload: false });
  const other = await context.newPage();
  await other.goto('/archive');
  await row(other, 'Recording').getByRole('link').click({ timeout: 45_000 });

  expect(await playedSeconds(other)).toBeGreaterThan(shown - 5);
  await expect(other.getByText('The recording was cut off at 0:')).toBeVisible();
});
