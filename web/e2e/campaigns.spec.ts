import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { feedServer } from './feed-server.ts';
import { arrive } from './person.ts';
import { callApi } from './speech-server.ts';

const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

test('a campaign on a feed is made, tried, and watched to its end without reloading', async ({ page }) => {
  test.setTimeout(180_000);
  await using feed = await feedServer([
    {
      id: 'a',
      title: 'Which ferry goes on Sundays?',
      text: 'How do I get to the island?',
      author: 'Ann',
      postedAt: ago(2),
    },
    { id: 'b', title: 'Roses in winter', text: 'Cover them well.', author: 'Ben', postedAt: ago(3) },
  ]);
  await arrive(page, 'Ferrymen');
  await page.goto('/listening/campaigns', { waitUntil: 'networkidle' });
  await expect(page.getByText('Nothing is watched yet')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'New campaign' }).click();

  await page.getByRole('textbox', { name: 'Words' }).fill('ferry');
  await page.getByRole('textbox', { name: 'Words' }).press('Enter');
  await page.getByRole('checkbox', { name: 'RSS and Atom' }).check();
  await page.getByLabel('Addresses of feeds').fill(feed.url);
  // What is typed outlives the page.
  await page.reload({ waitUntil: 'networkidle' });
  await expect(page.getByText('What you typed here before and did not save is back.')).toBeVisible();
  await expect(page.getByLabel('Addresses of feeds')).toHaveValue(feed.url);

  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(page.locator('[data-preview=done]')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('1 would count · 1 put aside by rules')).toBeVisible();
  await expect(page.locator('li[data-dropped]')).toContainText('none of the words');

  await page.getByRole('button', { name: 'Create campaign' }).click();
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Island questions');
  await page.getByRole('button', { name: 'Create campaign' }).click();
  await expect(page).toHaveURL(/\/listening\/campaigns\/[0-9a-f-]{36}$/);

  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(page).toHaveURL(/\/listening\/runs\//);
  await expect(page.locator('main[data-run-state=done]')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('[data-stage]')).toHaveCount(5);
  await expect(page.locator('[data-stage][data-state=done]')).toHaveCount(5);
  await expect(page.getByText('Everything there was has been read.')).toBeVisible();
  await expect(page.locator('li[data-post]').filter({ hasText: 'Which ferry goes on Sundays?' })).toBeVisible();

  await examine(page);

  await page.getByRole('link', { name: 'The campaign' }).click();
  const judged = page.locator('li[data-post]').filter({ has: page.locator('[data-relevance]') });
  await expect(judged).toHaveCount(1);
  await judged.getByRole('button', { name: 'Relevant: more like this' }).click();
  await expect(page.getByText(/^The score agreed with [01] of 1 thumb\.$/)).toBeVisible();
  await examine(page);
});

test('posts of a file are judged, and their conversation is read as a tree', async ({ page }) => {
  test.setTimeout(180_000);
  await arrive(page, 'Importers');
  const campaignId = await campaignOf(page);
  await page.goto(`/listening/campaigns/${campaignId}`, { waitUntil: 'networkidle' });

  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'posts.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from(thread()) });
  await expect(page).toHaveURL(/\/listening\/runs\//, { timeout: 30_000 });
  await expect(page.locator('main[data-run-state=done]')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('line 6').first()).toBeVisible();

  await page
    .locator('li[data-post]')
    .filter({ hasText: 'Is the ferry running' })
    .getByRole('link', { name: 'Conversation' })
    .click();
  await expect(page).toHaveURL(/\/listening\/conversations\//);
  const posts = page.locator('article[data-post]');
  await expect(posts).toHaveCount(5);
  await expect(page.getByText('1 post is missing here')).toBeVisible();
  expect(await posts.evaluateAll((all) => all.map((post) => post.getAttribute('data-depth')))).toEqual([
    '0',
    '1',
    '2',
    '1',
    '1',
  ]);
  await expect(posts.nth(1)).toContainText('Your side');

  // The linked post has the focus; from there by keyboard.
  await expect(posts.nth(0)).toBeFocused();
  await page.keyboard.press('j');
  await expect(posts.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(posts).toHaveCount(4);
  await page.keyboard.press('ArrowRight');
  await expect(posts).toHaveCount(5);
  await examine(page);
});

/** Pages with content of their own, in both themes and without sideways scrolling on a phone. */
async function examine(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`),
    ).toEqual([]);
  }
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 380, height: 800 });
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(overflow).toBeLessThanOrEqual(0);
  await page.setViewportSize(size);
}

async function campaignOf(page: Page): Promise<string> {
  const campaign = await callApi(page, 'POST', '/campaigns', {
    name: 'Island questions',
    query: { keywords: ['ferry'] },
    brief: { ownHandles: ['harbourferry'] },
    sources: [{ source: 'hackernews' }],
  });
  return (campaign as { id: string }).id;
}

/** A question, our answer with thanks below it, one more answer, one to a post that is not there; and a line that is no post. */
function thread(): string {
  const post = (externalId: string, handle: string, text: string, replyToExternalId: string | null, hours: number) =>
    JSON.stringify({
      network: 'x',
      externalId,
      url: `https://x.com/${handle}/status/${externalId}`,
      text,
      author: { handle, name: handle },
      postedAt: ago(hours).toISOString(),
      conversationExternalId: '100',
      replyToExternalId,
    });
  return [
    post('100', 'ann', 'Is the ferry running on Sundays? How do I get to the island?', null, 5),
    post('101', 'harbourferry', 'The ferry leaves at nine and at noon on Sundays.', '100', 4),
    post('102', 'ann', 'Thank you, the ferry it is.', '101', 3),
    post('103', 'ben', 'I would not trust that ferry in winter.', '100', 2),
    post('104', 'cleo', 'Agreed, the ferry was late again.', '99', 1),
    'this is no post',
  ].join('\n');
}
