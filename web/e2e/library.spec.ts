import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { text } from './files.ts';
import { arrive, row } from './person.ts';

async function addTexts(page: Page, ...titles: string[]): Promise<void> {
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(titles.map((title) => text(`${title}.txt`, `A text about ${title}, written down in a calm hour.`)));
  for (const title of titles)
    await expect(row(page, title)).toHaveAttribute('data-status', 'ready', { timeout: 90_000 });
}

const select = (page: Page, title: string) => page.getByRole('checkbox', { name: `Select ${title}` }).check();

test('filters, tags, collections, undo and saved searches, as somebody tidies a library', async ({ page }) => {
  test.setTimeout(240_000);
  await arrive(page, 'Tidy');
  await addTexts(page, 'lanterns', 'ropes', 'anchors');

  await test.step('two get a tag at once and are found by it', async () => {
    await select(page, 'lanterns');
    await select(page, 'ropes');
    await page.getByRole('button', { name: 'Tags' }).click();
    await page.getByLabel('Add tags').fill('ship, old');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page.getByText('2 items changed')).toBeVisible();
    await page.getByRole('button', { name: /^Filters/ }).click();
    const tags = page.getByRole('group', { name: 'Tag' });
    await tags.getByRole('checkbox', { name: /^ship/ }).check();
    await expect(page).toHaveURL(/tag=ship/);
    await expect(page.locator('li[data-item-id]')).toHaveCount(2);
    await tags.getByRole('checkbox', { name: /^old/ }).check();
    await expect(page).toHaveURL(/tag=ship&tag=old/);
    await page.getByRole('group', { name: 'Kind' }).getByRole('checkbox', { name: /^Text/ }).check();
    await expect(page).toHaveURL(/kind=text/);
    await expect(page.locator('li[data-item-id]')).toHaveCount(2);
  });

  await test.step('the filters are in the address, and chips take them away, two at once as well', async () => {
    await page.reload();
    await page.waitForLoadState('networkidle');
    await expect(page.locator('li[data-item-id]')).toHaveCount(2);
    // The second is clicked before the page without the first is there.
    await page
      .getByRole('button', { name: 'Remove the filter' })
      .evaluateAll((chips) => (chips as HTMLElement[]).forEach((chip) => chip.click()));
    await expect(page.locator('li[data-item-id]')).toHaveCount(3);
  });

  await test.step('some go into a new collection', async () => {
    await select(page, 'anchors');
    await page.getByRole('button', { name: 'Add to a collection' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Harbour');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect(page.getByText('1 item changed')).toBeVisible();
    await page.getByRole('link', { name: 'Collections' }).click();
    await page.getByRole('link', { name: 'Harbour' }).click();
    await expect(page.locator('li[data-item-id]')).toHaveCount(1);
    await expect(row(page, 'anchors')).toBeVisible();
  });

  await test.step('a deletion of many is undone on another page', async () => {
    await page.goto('/archive', { waitUntil: 'networkidle' });
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'Collections' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'Library' }).click();
    await expect(page.locator('li[data-item-id]')).toHaveCount(3);
  });

  await test.step('a search is kept under a name', async () => {
    await page.goto('/assistant/search?q=calm+hour&tag=ship', { waitUntil: 'networkidle' });
    await expect(page.locator('a[data-passage]')).toHaveCount(2);
    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Calm ships');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.goto('/assistant/search', { waitUntil: 'networkidle' });
    await page.getByRole('link', { name: 'Calm ships' }).click();
    await expect(page).toHaveURL(/tag=ship/);
    await expect(page.locator('a[data-passage]')).toHaveCount(2);
  });

  await test.step('the grid on a phone stays chosen, fits, and axe finds nothing in either theme', async () => {
    await page.setViewportSize({ width: 380, height: 800 });
    await page.goto('/archive', { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: 'Show as a grid' }).click();
    await page.getByRole('button', { name: /^Filters/ }).click();
    await page.reload({ waitUntil: 'networkidle' });
    await expect(page.getByRole('button', { name: 'Show as a list' })).toBeVisible();
    await page.getByRole('button', { name: /^Filters/ }).click();
    await expect(page.getByRole('group', { name: 'Tag' })).toBeVisible();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`)).toEqual([]);
    }
  });
});
