import { Item } from '@nexus/shared/archive';
import type { ApiClient } from '../../cli/src/platform/api-client.ts';

/** Asks for the item until it is ready. Throws when it ends otherwise. */
export async function untilReady(client: ApiClient, id: string, pollMs = 100): Promise<Item> {
  for (;;) {
    const item = await client.request('GET', `/media/${id}`, Item);
    if (item.status === 'ready') return item;
    if (!['queued', 'working'].includes(item.status))
      throw new Error(`The item ended as ${item.status}: ${item.problem?.detail}`);
    await Bun.sleep(pollMs);
  }
}
