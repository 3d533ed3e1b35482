import { expect, test } from '@playwright/test';
import { text } from './files.ts';
import { arrive, PASSWORD, row } from './person.ts';

test('from sign-up to a played line without a mouse', async ({ page }) => {
  await page.goto('/sign-up');
  await page.getByLabel('Email').focus();
  await page.keyboard.type(`keys-${crypto.randomUUID().slice(0, 8)}@example.org`);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByLabel('Name of the organisation').focus();
  await page.keyboard.type('Keys');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/archive$/);
  // Choosing a file opens the system's own dialog, so the files come in as from it.
  await page
    .locator('input[type=file]')
    .setInputFiles([
      text('first.txt', 'The first text, about lanterns.'),
      text('second.txt', 'The second text, about ropes.'),
    ]);
  await expect(row(page, 'first')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(row(page, 'second')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });

  await page.locator('body').press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('x');
  await expect(page.locator('li[data-item-id] input:checked')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox').or(page.getByRole('dialog')).first()).toBeVisible();
  await page.keyboard.type('lanterns');
  await page.keyboard.press('Escape');

  await page.goto('/assistant/search');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('lanterns');
  await page.keyboard.press('Enter');
  await expect(page.locator('a[data-passage]')).toHaveCount(1);
  await page.locator('a[data-passage]').focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/archive\/[0-9a-f-]+\?p=/);
});

test('the skip link is the first stop and leads to the content', async ({ page }) => {
  await arrive(page, 'Skippers');

  await page.locator('body').press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');

  await expect(page.locator('main')).toBeFocused();
});
