import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { Item, ItemSummary } from '@nexus/shared/archive';
import { SearchResponse } from '@nexus/shared/assistant';
import { z } from 'zod';
import { apiClient } from '../../src/platform/api-client.ts';
import { uploadFile } from '../../src/archive/upload-file.ts';
import { preparedHome } from '../running/prepared-home.ts';
import { firstOwner, startNexus } from '../running/start-nexus.ts';

const SAMPLE = join(import.meta.dir, '../../../worker/assets/sample');
const Page = z.object({ items: z.array(ItemSummary), nextCursor: z.string().nullable() });
const WORDS = ['anemone', 'bassoon', 'cartwheel', 'dolomite', 'escapement', 'foxglove', 'gyroscope', 'halyard'];

test('whatever instant the process is killed at, after the next start every item ends as it would have, once', async () => {
  await using prepared = await preparedHome();
  const home = prepared.path;
  let nexus = await startNexus({ home });
  await using running = new AsyncDisposableStack();
  running.defer(async () => void (await nexus.end('SIGKILL')));
  const { client, apiKey } = await firstOwner(nexus);
  const subtitlePath = await uploadFile(client, join(SAMPLE, 'how-nexus-works.vtt'), () => undefined);
  const path = await uploadFile(client, join(SAMPLE, 'how-nexus-works.m4a'), () => undefined);
  const recording = await client.request('POST', '/media/process', Item, {
    source: 'file',
    path,
    subtitlePath,
    name: 'talk.m4a',
  });
  for (const word of WORDS) {
    await client.request('POST', '/media/process', Item, {
      source: 'text',
      text: `# About the ${word}\n\nOne paragraph on the ${word}.`,
    });
  }

  // Instants spread over a step, a transaction, a start: uneven on purpose, the same in every run.
  for (const milliseconds of [5, 60, 190, 420, 800]) {
    await Bun.sleep(milliseconds);
    await nexus.end('SIGKILL');
    nexus = await startNexus({ home });
  }
  const again = apiClient(nexus.url, apiKey);
  const items = await allResting(again);

  expect(items.map(({ status }) => status)).toEqual(items.map(() => 'ready'));
  expect(items).toHaveLength(WORDS.length + 1);
  for (const word of WORDS) {
    const { passages } = await again.request('POST', '/search', SearchResponse, { query: word });
    expect(passages.map(({ text }) => text)).toEqual([`One paragraph on the ${word}.`]);
  }
  const talk = await again.request('GET', `/media/${recording.id}`, Item);
  expect(talk.transcript?.version).toBe(1);
}, 240_000);

test('told to end, it is gone within five seconds with its work handed back and nothing left behind', async () => {
  await using prepared = await preparedHome();
  const home = prepared.path;
  await using nexus = await startNexus({ home });
  const { client, apiKey } = await firstOwner(nexus);
  const path = await uploadFile(client, join(SAMPLE, 'how-nexus-works.m4a'), () => undefined);
  await client.request('POST', '/media/process', Item, { source: 'file', path, name: 'talk.m4a' });

  const exitCode = await nexus.end('SIGTERM');
  const children = Bun.spawnSync(['pgrep', '-P', String(nexus.pid)])
    .stdout.toString()
    .trim();
  await using restarted = await startNexus({ home });
  const items = await allResting(apiClient(restarted.url, apiKey));

  expect(exitCode).toBe(0);
  expect(children).toBe('');
  expect(items.map(({ status }) => status)).toEqual(['waiting']);
}, 120_000);

test('a second process on the same data is refused in one clear line', async () => {
  await using home = await preparedHome();
  await using nexus = await startNexus({ home: home.path });

  const second = startNexus({ home: nexus.home });

  await expect(second).rejects.toThrow(new RegExp(`${nexus.pid}`));
}, 60_000);

async function allResting(client: ReturnType<typeof apiClient>): Promise<ItemSummary[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { items } = await client.request('GET', '/media?limit=100', Page);
    if (items.every(({ status }) => !['queued', 'working'].includes(status))) return items;
    if (Date.now() > deadline) throw new Error(`Still at work: ${JSON.stringify(items)}`);
    await Bun.sleep(100);
  }
}
