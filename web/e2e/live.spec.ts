import { expect, test } from '@playwright/test';
import { arrive } from './person.ts';

test('a page that loads its data anew keeps its one connection', async ({ page }) => {
  await arrive(page, 'Listeners');
  let connections = 0;
  page.on('websocket', () => (connections += 1));
  // What the page before opened in its last moment is not this page's.
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) connections = 0;
  });
  for (const path of ['/archive/collections', '/archive/feeds', '/archive/speakers', '/archive/transfer']) {
    await page.goto(path);
    await expect(page.locator('[data-live=live]')).toBeAttached();
    await page.waitForLoadState('networkidle');
    expect(connections, path).toBe(1);
  }
});
