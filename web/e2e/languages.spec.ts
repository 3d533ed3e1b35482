import { expect, test } from '@playwright/test';
import { arrive } from './person.ts';

test.describe('a browser that asks for Russian', () => {
  test.use({ locale: 'ru-RU' });

  test('is answered in Russian', async ({ page }) => {
    await page.goto('/sign-in');

    await expect(page.locator('html')).toHaveAttribute('lang', 'ru');
    await expect(page.getByRole('button', { name: 'Войти' })).toBeVisible();
  });
});

test('no request leaves for another host, and the browser reports nothing against the policy', async ({
  page,
  baseURL,
}) => {
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== baseURL) elsewhere.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });

  await arrive(page, 'Watchers');
  await page.goto('/settings/connections');
  await page.goto('/archive');

  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
});
