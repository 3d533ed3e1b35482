import { expect, type Page, test } from '@playwright/test';
import { arrive, row } from './person.ts';

/** As the share sheet of a phone sends it: a navigation that the browser itself begins. */
const fromSystem = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', origin: 'null' };
const note = { name: 'lighthouse.txt', mimeType: 'text/plain', buffer: Buffer.from('Every keeper writes a diary.') };

/** Posts a share and goes where the answer leads. */
async function share(page: Page, multipart: Record<string, string | typeof note>, headers: Record<string, string>) {
  const answer = await page.request.post('/share', { multipart, headers, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const location = answer.headers().location!;
  await page.goto(location, { waitUntil: 'networkidle' });
  return location;
}

test('what a phone shares is added: a file, a link, and the same link once', async ({ page }) => {
  await arrive(page, 'Sharers');

  await share(page, { title: 'A diary', files: note }, fromSystem);
  await expect(row(page, 'lighthouse')).toBeVisible();

  await share(page, { text: 'Look: https://talks.invalid/bees?utm_source=app' }, fromSystem);
  await expect(page.getByText('Added. It is worked on now.').last()).toBeVisible();
  const first = await row(page, 'talks.invalid').getByRole('link').getAttribute('href');
  await share(page, { url: 'https://talks.invalid/bees/' }, fromSystem);
  await expect(page.getByText('Already in your archive')).toBeVisible();
  await expect(row(page, 'talks.invalid')).toHaveCount(1);

  // The dialog says the same and leads there.
  await page.goto('/archive?add=link', { waitUntil: 'networkidle' });
  await page.getByLabel('Address').fill('http://www.talks.invalid/bees#end');
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  const there = page.getByRole('dialog').getByRole('link');
  await expect(there).toHaveAttribute('href', first!);
});

test('a form on another site adds nothing: it only fills in the dialog', async ({ page }) => {
  await arrive(page, 'Careful');

  const location = await share(
    page,
    { url: 'https://elsewhere.invalid/x' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.invalid' },
  );

  expect(location).toBe('/archive?add=link&draft=https%3A%2F%2Felsewhere.invalid%2Fx');
  await expect(page.getByLabel('Address')).toHaveValue('https://elsewhere.invalid/x');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, 'elsewhere.invalid')).toHaveCount(0);
});

test('whoever is signed out finds the shared link after signing in', async ({ page }) => {
  const location = await share(page, { url: 'https://talks.invalid/later' }, fromSystem);

  expect(location).toContain('/sign-in?next=');
  expect(decodeURIComponent(location)).toContain('draft=https%3A%2F%2Ftalks.invalid%2Flater');
});
