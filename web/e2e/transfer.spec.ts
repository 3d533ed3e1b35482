import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { arrive, row } from './person.ts';
import { callApi } from './speech-server.ts';

test('everything is taken out, wiped, brought in again, and found', async ({ page }) => {
  test.setTimeout(180_000);
  await arrive(page, 'Movers');
  await page.getByRole('button', { name: 'Explore with a sample' }).click();
  await expect(row(page, 'How Nexus works')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  const talk = (await row(page, 'How Nexus works').getByRole('link').first().getAttribute('href'))!;

  await page.goto('/archive/transfer', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Export the archive' }).click();
  const link = page.getByRole('link', { name: /nexus-archive-.*part-1\.zip/ });
  await expect(link).toBeVisible({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const path = await download.path();

  await deleteEverything(page);

  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'archive.zip', mimeType: 'application/zip', buffer: await readFile(path) });
  await expect(page.getByText('2 items came in')).toBeVisible({ timeout: 60_000 });

  await page.goto('/archive');
  await expect(row(page, 'How Nexus works')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  expect(await row(page, 'How Nexus works').getByRole('link').first().getAttribute('href')).toBe(talk);
  await page.goto('/assistant/search?q=acoustic+fingerprint');
  await expect(page.locator('a[data-passage]').first()).toBeVisible();
});

test('a feed that cannot be read says why, and can be given up', async ({ page }) => {
  await arrive(page, 'Followers');
  await page.goto('/archive/feeds', { waitUntil: 'networkidle' });
  await page.getByRole('main').getByRole('button', { name: 'Follow a feed' }).click();
  await page.getByLabel('Address').fill('http://127.0.0.1:9/feed.xml');
  await page.getByRole('dialog').getByRole('button', { name: 'Follow a feed' }).click();

  const feed = page.getByRole('main').getByRole('listitem').filter({ hasText: '127.0.0.1' });
  await expect(feed.getByText(/It is tried again/)).toBeVisible({ timeout: 30_000 });
  await feed.getByRole('button', { name: /^Unfollow/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Unfollow' }).click();

  await expect(page.getByText('No feed is followed yet')).toBeVisible();
});

/** Through the session of the page, as its own requests go. */
async function deleteEverything(page: Page): Promise<void> {
  const list = async () => ((await callApi(page, 'GET', '/media')) as { items: { id: string }[] }).items;
  for (const { id } of await list()) await callApi(page, 'DELETE', `/media/${id}`);
  expect(await list()).toEqual([]);
}
