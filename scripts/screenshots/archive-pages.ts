import type { Page } from '@playwright/test';
import { z } from 'zod';
import { apiClient, type ApiClient } from '../../cli/src/platform/api-client.ts';
import type { Camera } from './camera.ts';
import { BROKEN_PDF, meeting, OWN_FILES, partOfTheSample, silentAboutItsWords } from './content.ts';

const Made = z.object({ id: z.string() });
const Library = z.object({
  items: z.array(
    z.object({ id: z.string(), title: z.string(), status: z.string(), originalName: z.string().nullable() }),
  ),
});
type Row = z.infer<typeof Library>['items'][number];

const RESTING = new Set(['ready', 'waiting', 'failed', 'duplicate']);
/** The two samples, what is dropped besides the own files, and nothing for the meeting's subtitles. */
const ITEM_COUNT = OWN_FILES.length + 6;

export interface Shelf {
  /** The page of the item that came from a file of this name. */
  pathOf(name: string): string;
  samplePath(title: string): string;
}

/** Fills the archive as a person would and takes it while it is empty, at work and done. */
export async function archivePages(
  page: Page,
  camera: Camera,
  given: { url: string; apiKey: string; linkUrl: string; release: () => Promise<void> },
): Promise<Shelf> {
  const client = apiClient(given.url, given.apiKey);
  await page.goto('/archive', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'archive-empty');
  await page.goto('/archive/record', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'record');
  await page.goto('/archive?add=link', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'archive-add-link');
  await page.goto('/archive?add=text', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'archive-add-text');

  await page.goto('/archive', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Explore with a sample' }).click();
  await page.locator('li[data-item-id]').nth(1).waitFor();
  await page
    .locator('input[type=file]')
    .setInputFiles([
      ...OWN_FILES,
      ...(await meeting()),
      await partOfTheSample(),
      await silentAboutItsWords(),
      BROKEN_PDF,
    ]);
  await untilResting(client, ITEM_COUNT);
  const { id } = await client.request('POST', '/media/process', Made, {
    source: 'url',
    url: given.linkUrl,
    title: 'Town hall, November',
  });
  await page.locator(`li[data-item-id="${id}"][data-status=working]`).waitFor();
  await page.goto('/archive', { waitUntil: 'networkidle' });
  await page
    .getByText(/Fetching the file, [34]/)
    .first()
    .waitFor();
  await camera.shoot(page, 'archive-working', { isBest: true });
  await page.goto(`/archive/${id}`, { waitUntil: 'networkidle' });
  await camera.shoot(page, 'item-working');
  await client.request('DELETE', `/media/${id}`, z.unknown());
  await given.release();

  await page.goto('/archive', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'archive-ready');
  await page.locator('li[data-item-id] input[type=checkbox]').first().check();
  await page.locator('li[data-item-id] input[type=checkbox]').nth(2).check();
  await camera.shoot(page, 'archive-selected');
  await page.goto('/archive', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Filters' }).click();
  await camera.shoot(page, 'archive-filters');
  await otherPlaces(page, camera);
  const rows = await untilResting(client, ITEM_COUNT);
  return {
    pathOf: (name) => `/archive/${find(rows, ({ originalName }) => originalName === name)}`,
    samplePath: (title) => `/archive/${find(rows, (row) => row.title.startsWith(title))}`,
  };
}

/** The archive's other pages, and its cards. */
async function otherPlaces(page: Page, camera: Camera): Promise<void> {
  for (const name of ['collections', 'feeds', 'speakers', 'transfer']) {
    await page.goto(`/archive/${name}`, { waitUntil: 'networkidle' });
    await camera.shoot(page, name);
  }
  await page.goto('/archive/duplicates', { waitUntil: 'networkidle' });
  await page.locator('[data-likeness]').waitFor();
  await camera.shoot(page, 'duplicates', { isBest: true });
  await page.goto('/archive', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Show as a grid' }).click();
  await page.waitForLoadState('networkidle');
  await camera.shoot(page, 'archive-grid', { isBest: true });
  await page.getByRole('button', { name: 'Show as a list' }).click();
}

async function untilResting(client: ApiClient, count: number): Promise<Row[]> {
  for (;;) {
    const { items } = await client.request('GET', '/media?limit=50', Library);
    if (items.length >= count && items.every(({ status }) => RESTING.has(status))) return items;
    await Bun.sleep(100);
  }
}

function find(rows: readonly Row[], matches: (row: Row) => boolean): string {
  const row = rows.find(matches);
  if (!row) throw new Error(`No such item among ${rows.map(({ title }) => title).join(', ')}`);
  return row.id;
}
