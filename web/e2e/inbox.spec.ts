import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { arrive } from './person.ts';
import { callApi } from './speech-server.ts';

const HOUR_MS = 3_600_000;

test('the inbox is worked off from the keyboard, every act can be taken back, and a reply leaves by its link', async ({
  page,
  context,
}) => {
  test.setTimeout(180_000);
  await context.route('https://x.com/**', (route) => route.fulfill({ body: 'The form of X' }));
  await arrive(page, 'Triage');
  await page.goto('/listening', { waitUntil: 'networkidle' });
  await expect(page.getByText('Nothing is watched yet')).toBeVisible();
  await importPosts(page);

  await page.getByRole('link', { name: 'Inbox' }).click();
  const rows = page.locator('li[data-opportunity]');
  await expect(rows).toHaveCount(4);
  await page.waitForLoadState('networkidle');
  await expect(rows.filter({ hasText: '1 copy' })).toHaveCount(1);
  const current = page.locator('li[data-opportunity]:has([aria-current=true])');
  const idOf = async () => (await current.getAttribute('data-opportunity'))!;
  const [first, second] = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-opportunity')!));

  await page.keyboard.press('j');
  expect(await idOf()).toBe(second);
  await page.keyboard.press('k');
  expect(await idOf()).toBe(first);

  await page.keyboard.press('e');
  await expect(rows).toHaveCount(3);
  await expect.poll(idOf).toBe(second);
  await page.keyboard.press('u');
  await expect(rows).toHaveCount(4);
  await expect(page.locator(`[data-open-opportunity="${first}"]`)).toBeVisible();

  await page.keyboard.press('s');
  await expect(page.getByRole('dialog', { name: 'Snooze until' })).toBeVisible();
  await page.keyboard.press('2');
  await expect(rows).toHaveCount(3);
  await page.keyboard.press('d');
  await expect(page.getByRole('dialog', { name: 'Why dismiss it?' })).toBeVisible();
  await page.keyboard.press('1');
  await expect(rows).toHaveCount(2);
  await expect(page.locator('[data-state-tab=snoozed]')).toContainText('1');
  await expect(page.locator('[data-state-tab=dismissed]')).toContainText('1');

  await page.keyboard.press('r');
  const reply = page.getByRole('textbox', { name: 'Your reply' });
  await expect(reply).toBeFocused();
  await page.keyboard.type('At nine & at noon 🙂');
  await expect(page.getByText('21 of 280').or(page.getByText('20 of 280'))).toBeVisible();
  // No account searches X here, so nobody can tell.
  await expect(page.locator('[data-post-state=unknown]')).toBeVisible({ timeout: 40_000 });
  const opening = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Open the reply' }).click();
  const form = new URL((await opening).url() || 'about:blank');
  await expect(rows).toHaveCount(1);
  expect(form.searchParams.get('text')).toBe('At nine & at noon 🙂');
  expect(form.searchParams.get('in_reply_to')).toMatch(/^10\d$/);

  await page.locator('[data-state-tab=waiting]').click();
  await expect(page).toHaveURL(/state=waiting/);
  await expect(rows).toHaveCount(1);
  await expect(page.locator('[data-open-opportunity] [data-state=waiting]')).toBeVisible();
  await page.getByRole('textbox', { name: 'A note for colleagues' }).fill('She asked before.');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.locator('[data-note]')).toContainText('She asked before.');

  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`)).toEqual(
    [],
  );

  await page.setViewportSize({ width: 380, height: 800 });
  await expect(page.locator('[data-open-opportunity]')).toBeHidden();
  await rows.getByRole('button').first().click();
  await expect(page.locator('[data-open-opportunity]')).toBeVisible();
  await expect(rows).toBeHidden();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await page.goBack();
  await expect(rows).toBeVisible();
});

/** Four questions, one of them asked twice in the same words. */
async function importPosts(page: Page): Promise<void> {
  const campaign = (await callApi(page, 'POST', '/campaigns', {
    name: 'Island questions',
    query: { keywords: ['ferry'] },
    sources: [{ source: 'hackernews' }],
    threshold: 0,
  })) as { id: string };
  const texts = [
    'Is the ferry running on Sundays? How do I get to the island?',
    'Which ferry takes bicycles along, does anybody know that?',
    'Can somebody recommend a ferry for a family with three dogs?',
    'The ferry was late again and nobody told us anything at all.',
    'The ferry was late again and nobody told us anything at all.',
  ];
  const lines = texts.map((text, index) =>
    JSON.stringify({
      network: 'x',
      externalId: String(100 + index),
      url: `https://x.com/person${index}/status/${100 + index}`,
      text,
      author: { handle: `person${index}`, name: `Person ${index}` },
      postedAt: new Date(Date.now() - (index + 1) * HOUR_MS).toISOString(),
      conversationExternalId: String(100 + index),
      replyToExternalId: null,
    }),
  );
  await page.goto(`/listening/campaigns/${campaign.id}`, { waitUntil: 'networkidle' });
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'posts.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from(lines.join('\n')) });
  await expect(page).toHaveURL(/\/listening\/runs\//, { timeout: 30_000 });
  await expect(page.locator('main[data-run-state=done]')).toBeVisible({ timeout: 60_000 });
}
