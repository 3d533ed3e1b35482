import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { arrive } from './person.ts';

test('an account is added by its cookies, paused, followed live, changed and deleted', async ({ page, context }) => {
  await arrive(page, 'Searchers');
  await page.goto('/listening/accounts', { waitUntil: 'networkidle' });
  await expect(page.getByText('No account to search X with')).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Add an account' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/X may limit or ban an account/)).toBeVisible();

  await dialog.getByLabel('Cookies of x.com').fill('auth_token=s3cret; lang=en');
  await dialog.getByRole('button', { name: 'Add an account' }).click();
  await expect(dialog.getByText(/ct0 is missing/)).toBeVisible();
  expect((await new AxeBuilder({ page }).include('[role=dialog]').analyze()).violations).toEqual([]);

  await dialog.getByLabel('Cookies of x.com').fill('auth_token=s3cret; ct0=csrf; twid=u%3D4711');
  await dialog.getByLabel('Label').fill('Night shift');
  await dialog.getByLabel('Proxy').fill('http://anna:pr0xy@proxy.example.org:8080');
  await dialog.getByRole('button', { name: 'Add an account' }).click();
  const account = page.locator('li[data-account]').filter({ hasText: 'Night shift' });
  await expect(account.getByText('Active')).toBeVisible();
  await expect(account.getByText('http://proxy.example.org:8080')).toBeVisible();
  await expect(account.getByText('0 of 500 today')).toBeVisible();
  expect(await page.content()).not.toMatch(/s3cret|pr0xy/);

  const second = await context.newPage();
  await second.setViewportSize({ width: 380, height: 800 });
  await second.goto('/listening/accounts', { waitUntil: 'networkidle' });
  await account.getByRole('button', { name: 'Pause' }).click();
  await expect(second.locator('[data-state=paused]')).toBeVisible();
  expect((await new AxeBuilder({ page: second }).analyze()).violations).toEqual([]);
  expect(await second.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380);
  await second.close();

  await account.getByRole('button', { name: 'Edit Night shift' }).click();
  await dialog.getByLabel('Requests a day, at most').fill('40');
  await dialog.getByLabel('Use no proxy any more').check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(account.getByText('0 of 40 today')).toBeVisible();
  await expect(account.getByText('no proxy')).toBeVisible();

  await account.getByRole('button', { name: 'Delete Night shift' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No account to search X with')).toBeVisible();
});
