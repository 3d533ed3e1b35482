import type { Page } from '@playwright/test';
import { z } from 'zod';
import { apiClient } from '../../cli/src/platform/api-client.ts';
import type { Camera } from './camera.ts';
import { postLines, THREAD_QUESTION } from './posts.ts';

const Made = z.object({ id: z.string() });
const Posts = z.object({
  posts: z.array(
    z.object({
      post: z.object({ id: z.string(), text: z.string(), conversationId: z.string().nullable() }),
      analysis: z.unknown().nullable(),
    }),
  ),
});

/** A campaign from the empty page to a judged conversation, with posts from a file: nothing is asked of any network. */
export async function campaignPages(
  page: Page,
  camera: Camera,
  { url, apiKey }: { url: string; apiKey: string },
): Promise<void> {
  const client = apiClient(url, apiKey);
  await page.goto('/listening/campaigns', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'campaigns-empty');
  await page.goto('/listening/campaigns/new', { waitUntil: 'networkidle' });
  await page.getByRole('checkbox', { name: 'RSS and Atom' }).check();
  await page.getByLabel('Schedule').selectOption('daily');
  await camera.shoot(page, 'campaign-new', { whole: true });

  const { id } = await client.request('POST', '/campaigns', Made, {
    name: 'People who look for a ferry',
    query: { keywords: ['ferry', 'island'], hashtags: ['harbour'], exclude: ['movie'] },
    brief: {
      about: 'We run the ferry to the island.',
      seeks: 'People who plan a trip and ask how to get there, or complain about a late boat.',
      ownHandles: ['harbourferry'],
      names: ['Harbour Ferry', 'Island Line', 'Blue Boats'],
    },
    sources: [{ source: 'hackernews' }],
    cron: '0 9 * * 1-5',
    timeZone: 'Europe/Berlin',
  });
  await page.goto(`/listening/campaigns/${id}`, { waitUntil: 'networkidle' });
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'posts.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from(postLines()) });
  await page.waitForURL(/\/listening\/runs\//);
  await page.locator('main[data-run-state=done]').waitFor();
  await camera.shoot(page, 'run');
  const { posts } = await client.request('GET', `/campaigns/${id}/posts?sort=relevance&limit=30`, Posts);
  for (const [at, { post }] of posts.filter(({ analysis }) => analysis !== null).entries()) {
    await client.request('PUT', `/campaigns/${id}/posts/${post.id}/thumb`, z.unknown(), { thumb: at < 8 ? 1 : -1 });
  }

  await page.goto('/listening/campaigns', { waitUntil: 'networkidle' });
  await camera.shoot(page, 'campaigns');
  await page.goto(`/listening/campaigns/${id}`, { waitUntil: 'networkidle' });
  await camera.shoot(page, 'campaign', { isBest: true });
  await page.goto(`/listening/campaigns/${id}/edit`, { waitUntil: 'networkidle' });
  await camera.shoot(page, 'campaign-edit');
  const { posts: all } = await client.request('GET', `/campaigns/${id}/posts?limit=200`, Posts);
  const question = all.find(({ post }) => post.text === THREAD_QUESTION)!.post;
  await page.goto(`/listening/conversations/${question.conversationId}?post=${question.id}`, {
    waitUntil: 'networkidle',
  });
  await page.locator('article[data-post]').first().waitFor();
  await camera.shoot(page, 'conversation', { isBest: true });

  await page.goto('/listening', { waitUntil: 'networkidle' });
  await page.locator('[data-open-opportunity]').waitFor();
  await camera.shoot(page, 'inbox', { isBest: true });
}
