import { expect, test } from '@playwright/test';
import { arrive } from './person.ts';

test('a page that loads its data anew keeps its one connection', async ({ page }) => {
  await arrive(page, 'Listeners');
  for (const path of ['/archive/collections', '/archive/feeds', '/archive/speakers', '/archive/transfer']) {
    let connections = 0;
    const count = () => (connections += 1);
    page.on('websocket', count);
    await page.goto(path);
    await expect(page.locator('[data-live=live]')).toBeAttached();
    await page.waitForLoadState('networkidle');
    expect(connections, path).toBe(1);
    page.off('websocket', count);
  }
});
