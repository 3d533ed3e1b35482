import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  correctSegment,
  createItem,
  listCorrections,
  listSegments,
  removeCorrection,
  retryItem,
} from '@nexus/shared/archive';
import { testWorker } from '../running/test-worker.ts';

let worker: Awaited<ReturnType<typeof testWorker>>;
beforeAll(async () => void (worker = await testWorker()));
afterAll(() => worker.stop());

/** As if some seconds had passed: what is put off for a moment is due. */
const later = () => ({ ...worker.ctx, now: () => new Date(Date.now() - 60_000) });

const FILLER = 'The weather stayed calm over the whole bay and nobody spoke of anything else that day. '.repeat(16);

async function chunksOf(itemId: string): Promise<{ id: string; text: string }[]> {
  const rows = await worker.database.query<{ id: string; text: string }>(
    'select id, text from chunks where item_id = $1 order by position',
    [itemId],
  );
  return rows.rows;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It never became so');
    await new Promise((wake) => setTimeout(wake, 25));
  }
}

test('corrected words are found, only their passage is made anew, and reading the file again keeps them', async () => {
  const text = `# Harbour\n\n${FILLER}\n\n# Bees\n\nThe bees sleep in wynter.\n\n# Whales\n\n${FILLER}`;
  const { id: itemId } = await createItem(worker.ctx, { source: 'text', text, name: 'notes.md' });
  const item = await worker.rested(itemId);
  const before = await chunksOf(itemId);
  const { segments } = await listSegments(worker.ctx, { itemId });
  const bees = segments.find((segment) => segment.text.includes('wynter'))!;

  const { correction } = await correctSegment(later(), {
    itemId,
    position: bees.position,
    correction: { transcriptId: item.transcript!.id, basedOn: null, text: 'The bees sleep in winter.' },
  });
  await until(async () => (await chunksOf(itemId)).some((chunk) => chunk.text.includes('winter')));

  const after = await chunksOf(itemId);
  expect(before.length).toBeGreaterThan(2);
  expect(after).toHaveLength(before.length);
  expect(after.filter(({ id }) => !before.some((chunk) => chunk.id === id)).map((chunk) => chunk.text)).toEqual([
    'The bees sleep in winter.',
  ]);

  await worker.rested(itemId);
  await retryItem(worker.ctx, { itemId, fromStep: 'normalise' });
  const again = await worker.rested(itemId);
  expect(again.transcript!.version).toBe(2);
  expect((await listSegments(worker.ctx, { itemId })).segments.map((segment) => segment.text)).toContain(
    'The bees sleep in winter.',
  );
  expect((await listCorrections(worker.ctx, { itemId, state: 'unfitted' })).corrections).toEqual([]);

  await removeCorrection(later(), { itemId, correctionId: correction.id });
  await until(async () => (await chunksOf(itemId)).some((chunk) => chunk.text.includes('wynter')));
}, 60_000);
