import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { arrive, row } from './person.ts';

const PUBLIC = ['/sign-in', '/sign-up', '/recover', '/invite/no-such-token'];
const INSIDE = [
  '/listening/campaigns',
  '/listening/campaigns/new',
  '/listening',
  '/archive',
  '/archive/collections',
  '/archive/feeds',
  '/archive/record',
  '/archive/transfer',
  '/archive/duplicates',
  '/assistant/search',
  '/assistant/search?q=fingerprint',
  '/assistant/chat',
  '/archive/speakers',
  '/listening/delivery',
  '/listening/accounts',
  '/settings',
  '/settings/organisation',
  '/settings/members',
  '/settings/keys',
  '/settings/connections',
  '/settings/transcription',
  '/settings/audit',
  '/settings/account',
];

/** What a theme can change; all else is looked at in the first. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

test('axe finds nothing on any page in either theme', async ({ page }) => {
  test.setTimeout(240_000);
  for (const path of PUBLIC) await examine(page, path);
  await arrive(page, 'Everyone');
  await examine(page, '/archive');
  await page.getByRole('button', { name: /sample/i }).click();
  await expect(row(page, 'How Nexus works')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  const talk = await row(page, 'How Nexus works').getByRole('link').getAttribute('href');
  const note = await row(page, 'Getting started').getByRole('link').getAttribute('href');
  for (const path of [...INSIDE, talk!, note!]) await examine(page, path);
});

for (const width of [380, 1440]) {
  test(`no page scrolls sideways at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await arrive(page, 'Narrow');
    for (const path of INSIDE) {
      await page.goto(path);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBeLessThanOrEqual(0);
    }
  });
}

async function examine(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === 'dark' ? axe.withRules(OF_COLOURS) : axe).analyze();
    expect(
      violations.map(
        ({ id, nodes }) => `${path}, ${colorScheme}, ${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
      ),
    ).toEqual([]);
  }
}
