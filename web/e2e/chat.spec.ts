import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { sampleCues } from './files.ts';
import { arrive, row } from './person.ts';

test('a question is answered from the archive, and its citation plays the second it comes from', async ({ page }) => {
  await page.setViewportSize({ width: 380, height: 800 });
  const spoken = (await sampleCues()).find((cue) => cue.text.includes('acoustic fingerprint'))!;
  await arrive(page, 'Askers');
  await page.getByRole('button', { name: 'Explore with a sample' }).click();
  await expect(row(page, 'How Nexus works')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });
  await expect(row(page, 'Getting started')).toHaveAttribute('data-status', 'ready', { timeout: 60_000 });

  await page.goto('/assistant/chat', { waitUntil: 'networkidle' });
  // Examples speak of what is there.
  await expect(page.getByRole('button', { name: /How Nexus works/ })).toBeVisible();
  await page.getByRole('textbox', { name: 'Your question' }).fill('Which acoustic fingerprint does it take?');
  await page.keyboard.press('Enter');

  const answer = page.locator('[data-answer]');
  await expect(answer).toContainText('Extracted from your archive without a language model');
  await expect(page).toHaveURL(/\/assistant\/chat\/[0-9a-f-]{36}$/);
  await expect(page.getByText(/places? in/)).toBeVisible();
  const chip = answer.locator('li').filter({ hasText: 'acoustic fingerprint' }).locator('[data-citation]').first();
  await chip.hover();
  await expect(page.getByText(/^“.*fingerprint.*”$/).first()).toBeVisible();
  await chip.click();
  await expect
    .poll(() => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime))
    .toBeGreaterThan(spoken.startSeconds - 6);
  await expect(page.getByRole('region', { name: 'Source' }).getByRole('link')).toHaveAttribute(
    'href',
    /\/archive\/[0-9a-f-]{36}\?t=/,
  );

  // It fits a phone, and axe has nothing to say with everything open.
  await page.locator('summary').click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`)).toEqual(
    [],
  );

  // All of it is there after a reload, with a second answer beside the first.
  await page.reload({ waitUntil: 'networkidle' });
  await expect(answer).toContainText('acoustic fingerprint');
  await page.getByRole('button', { name: 'Answer again' }).click();
  await expect(page.getByText('2/2')).toBeVisible();
});

test('chats are renamed, found and deleted, and a deletion is undone', async ({ page }) => {
  await arrive(page, 'Keepers');
  await page.goto('/assistant/chat?q=What+is+here%3F', { waitUntil: 'networkidle' });
  await expect(page.getByRole('textbox', { name: 'Your question' })).toHaveValue('What is here?');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(page.getByText('There is nothing about this in the archive.')).toBeVisible();

  await page.getByRole('button', { name: 'Rename, share or delete' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('Title').fill('First steps');
  await page.getByRole('button', { name: 'Save' }).click();
  const list = page.getByRole('complementary', { name: 'Chats' });
  await expect(list.getByRole('link', { name: /First steps/ })).toBeVisible();
  await list.getByRole('searchbox').fill('nothing about');
  await expect(list.getByRole('link', { name: /First steps/ })).toBeVisible();
  await list.getByRole('searchbox').fill('elephants');
  await expect(list.getByText('No chat has these words.')).toBeVisible();
  await list.getByRole('searchbox').fill('');
  await expect(list.getByRole('link', { name: /First steps/ })).toBeVisible();

  await page.getByRole('button', { name: 'Rename, share or delete' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(list.getByRole('link', { name: /First steps/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(list.getByRole('link', { name: /First steps/ })).toBeVisible();
});
