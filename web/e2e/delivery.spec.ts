import { expect, test } from '@playwright/test';
import { slackServer } from '../../worker/test/loopback/slack-server.ts';
import { arrive } from './person.ts';

test('Slack is connected, tested, found revoked, mended and tried again', async ({ page }) => {
  const port = Number(process.env.NEXUS_E2E_SLACK_PORT);
  if (!port) throw new Error('NEXUS_E2E_SLACK_PORT is not set: npm test sets it');
  await using slack = await slackServer(port);
  await arrive(page, 'Tellers');
  await page.goto('/listening/delivery', { waitUntil: 'networkidle' });
  await page.getByRole('main').getByRole('button', { name: 'Add a target' }).click();
  await page.getByRole('button', { name: /^Slack/ }).click();

  // Nothing is connected yet, so that comes first.
  await page.getByLabel('Bot token').fill(slack.token);
  await page.getByText('More settings').click();
  await page.getByLabel('Address of the API').fill(`${slack.origin}/api`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByLabel('Channel').fill('general');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByLabel('Channel')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Channel').fill(slack.channel);
  await page.getByLabel('Name', { exact: true }).fill('Sales');
  await page.getByLabel('Digest of what is new').selectOption({ label: 'Monday to Friday at' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const target = page.getByRole('list', { name: 'Delivery' }).getByRole('listitem').filter({ hasText: 'Sales' });
  await expect(target).toContainText('Not used yet');

  await target.getByRole('button', { name: 'Test Sales' }).click();
  await expect(target.locator('[data-state=good]')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('[data-delivery=done]')).toHaveCount(1);
  expect(slack.messages).toMatchObject([{ channel: slack.channel, text: 'Nexus can write here' }]);

  slack.next({ error: 'token_revoked' });
  await target.getByRole('button', { name: 'Test Sales' }).click();
  await expect(target).toContainText('no longer accepts this connection', { timeout: 30_000 });
  await target.getByRole('button', { name: 'Open the connection' }).click();
  await page.getByLabel('Bot token').fill(slack.token);
  await page.getByRole('button', { name: 'Save' }).click();
  // The target itself follows its connection.
  await expect(page.getByLabel('Channel')).toHaveValue(slack.channel);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.locator('[data-delivery=failed]').getByRole('button', { name: 'Try again' }).click();
  await expect(page.locator('[data-delivery=done]')).toHaveCount(2, { timeout: 30_000 });
  expect(slack.messages).toHaveLength(2);
});
