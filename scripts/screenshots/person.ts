import type { Page } from '@playwright/test';

export const PASSWORD = 'correct horse battery';
export const EMAIL = 'ada@example.org';
export const ORG = 'Harbour';

/** From the sign-up page to the archive of a new organisation, with a halt at every page on the way. */
export async function signUp(page: Page, halt: (name: string) => Promise<void>): Promise<void> {
  await page.goto('/sign-up', { waitUntil: 'networkidle' });
  await halt('sign-up');
  await page.goto('/sign-in', { waitUntil: 'networkidle' });
  await halt('sign-in');
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Email or password is wrong.').waitFor();
  await halt('sign-in-refused');
  await page.goto('/recover', { waitUntil: 'networkidle' });
  await halt('recover');

  await page.goto('/sign-up', { waitUntil: 'networkidle' });
  await page.getByLabel('Email').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/welcome/);
  await halt('welcome');
  await page.getByLabel('Name of the organisation').fill(ORG);
  await page.getByRole('button', { name: 'Create organisation' }).click();
  await page.waitForURL(/\/archive$/);
}
