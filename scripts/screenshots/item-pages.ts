import type { Page } from '@playwright/test';
import type { Shelf } from './archive-pages.ts';
import type { Camera } from './camera.ts';

/** One picture for each kind of item and each way it may stand; the recording while it plays. */
export async function itemPages(page: Page, camera: Camera, shelf: Shelf, suffix = ''): Promise<void> {
  await page.goto(shelf.samplePath('How Nexus works'), { waitUntil: 'networkidle' });
  await page.locator('[data-line]').nth(5).click();
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 22.8);
  // Held at that line: otherwise every theme and width would show another second.
  await page.evaluate(() => document.querySelector('audio')?.pause());
  await page.evaluate(() => scrollTo(0, 0));
  await camera.shoot(page, `item-recording${suffix}`, { isBest: suffix === '' });
  await camera.shoot(page, `item-recording-line${suffix}`, { centre: page.locator('[data-line][aria-current=true]') });
  await page.goto(shelf.pathOf('разговор-с-капитаном.txt'), { waitUntil: 'networkidle' });
  await camera.shoot(page, `item-russian-text${suffix}`);
  if (suffix) return;

  await page.goto(shelf.pathOf('harbour-board-november.m4a'), { waitUntil: 'networkidle' });
  await page.getByRole('region', { name: 'Speakers' }).waitFor();
  await camera.shoot(page, 'item-speakers', { isBest: true });

  await camera.shoot(page, 'item-russian-text-whole', { whole: true });
  await page.goto(shelf.samplePath('Getting started'), { waitUntil: 'networkidle' });
  await camera.shoot(page, 'item-document', { whole: true });
  await page.goto(shelf.pathOf('plan-for-the-spring.md'), { waitUntil: 'networkidle' });
  await camera.shoot(page, 'item-markdown', { whole: true });
  await page.goto(shelf.pathOf('board-meeting-november.m4a'), { waitUntil: 'networkidle' });
  await camera.shoot(page, 'item-waiting', { whole: true });
  await page.goto(shelf.pathOf('invoice-4711.pdf'), { waitUntil: 'networkidle' });
  await camera.shoot(page, 'item-failed', { whole: true });
}
