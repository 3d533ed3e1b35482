import type { Page } from '@playwright/test';
import type { Camera } from './camera.ts';

const SETTINGS = ['organisation', 'members', 'keys', 'connections', 'transcription', 'audit', 'account'];

export async function searchPages(page: Page, camera: Camera): Promise<void> {
  const visits = { 'search-empty': '', 'search-none': '?q=zeppelin', 'search-russian': '?q=как+часто+ходит+паром' };
  for (const [name, query] of Object.entries(visits)) {
    await page.goto(`/assistant/search${query}`, { waitUntil: 'networkidle' });
    await camera.shoot(page, name);
  }
  await page.goto('/assistant/search?q=what+happens+without+a+speech+model', { waitUntil: 'networkidle' });
  await page.locator('a[data-passage]').first().waitFor();
  await camera.shoot(page, 'search-results');
}

/** A question, its answer, and the place that a citation plays. */
export async function chatPages(page: Page, camera: Camera): Promise<void> {
  await page.goto('/assistant/chat', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'chat-new');
  await page.getByRole('textbox', { name: 'Your question' }).fill('When does the ferry line want the new berth?');
  await page.keyboard.press('Enter');
  const citation = page.locator('[data-answer] button[data-citation]').first();
  await citation.waitFor();
  await page.getByRole('button', { name: 'Answer again' }).waitFor();
  await camera.shoot(page, 'chat');
  await citation.click();
  await page.getByRole('region', { name: 'Source' }).waitFor();
  await page.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 0.5);
  await page.evaluate(() => document.querySelector('audio')?.pause());
  await camera.shoot(page, 'chat-playing', { isBest: true });
}

export async function settingsPages(page: Page, camera: Camera): Promise<void> {
  await page.goto('/settings', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'settings');
  for (const name of SETTINGS) {
    await page.goto(`/settings/${name}`, { waitUntil: 'networkidle' });
    await camera.shoot(page, `settings-${name}`, { whole: true });
  }
  await page.goto('/settings/members', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Make a link' }).click();
  await page.getByLabel('The invitation link').waitFor();
  await camera.shoot(page, 'settings-members-invited', { whole: true });
  const invitation = new URL(await page.getByLabel('The invitation link').inputValue()).pathname;
  await page.goto(invitation, { waitUntil: 'networkidle' });
  await camera.shoot(page, 'invite');
  await page.goto('/settings/connections', { waitUntil: 'networkidle' });
  await page
    .getByRole('button', { name: /^Connect OpenAI/ })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  await camera.shoot(page, 'settings-connections-form');
}

/** A key as its page makes it, seen once. */
export async function makeKey(page: Page, camera: Camera): Promise<string> {
  await page.goto('/settings/keys', { waitUntil: 'networkidle' });
  await page.getByLabel('Name').fill('Backup script');
  for (const box of await page.locator('fieldset input[type=checkbox]').all()) await box.check();
  await page.getByRole('button', { name: 'Create a key' }).click();
  const key = page.getByLabel('The key', { exact: true });
  await key.waitFor();
  await camera.shoot(page, 'settings-keys-made', { whole: true });
  return key.inputValue();
}

/** What lies over a page, and pages outside of the application. */
export async function overlays(page: Page, camera: Camera): Promise<void> {
  await page.goto('/archive', { waitUntil: 'networkidle' });
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await camera.shoot(page, 'palette');
  await page.keyboard.type('crane');
  await camera.shoot(page, 'palette-query');
  await page.goto('/archive', { waitUntil: 'networkidle' });
  await page.locator('body').press('?');
  await page.getByRole('dialog').waitFor();
  await camera.shoot(page, 'shortcuts');
  for (const onlyWidth of [380, 1440]) {
    await page.setViewportSize({ width: onlyWidth, height: 800 });
    await page.goto('/archive', { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: 'Organisations and account' }).filter({ visible: true }).click();
    await camera.shoot(page, 'account-menu', { onlyWidth });
  }
  await page.goto('/archive/00000000-0000-4000-8000-000000000000', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'nothing-here');
  await page.goto('/api/docs', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'api-docs');
}
