import { expect, type Page } from '@playwright/test';

export const PASSWORD = 'correct horse battery';

/** Signs up as somebody new and founds an organisation: ends on the empty archive. */
export async function arrive(page: Page, org: string): Promise<{ email: string }> {
  const email = `${org.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}@example.org`;
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByLabel('Name of the organisation').fill(org);
  await page.getByRole('button', { name: 'Create organisation' }).click();
  await expect(page).toHaveURL(/\/archive$/);
  return { email };
}

/** A row of the library by its title. */
export const row = (page: Page, title: string) => page.locator('li[data-item-id]').filter({ hasText: title });
