/** 10,000 items of the earlier Nexus imported by a real worker in embedded mode: whether the last are as quick as the first. */
import { createImport } from '@nexus/shared/archive';
import { testWorker } from '../../worker/test/running/test-worker.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { syntheticLanguage } from './synthetic-language.ts';

const ITEMS = 10_000;
const SAMPLE_EVERY_MS = 250;
/** The first and the last fifth: shorter ones would measure the pauses of one machine. */
const SHARE = 0.2;

interface Sample {
  atMs: number;
  /** Searchable, with everything done. */
  ready: number;
}

export async function measureImport(): Promise<readonly Figure[]> {
  const nexus = await testWorker();
  try {
    const language = syntheticLanguage(11);
    const items = Array.from({ length: ITEMS }, (_, id) => ({
      id,
      title: language.sentence(4),
      type: 'text',
      transcript: language.paragraph(600),
      summary: language.sentence(12),
      tags: ['imported'],
      createdAt: new Date(Date.UTC(2024, 0, 1) + id * 60_000).toISOString(),
    }));
    const path = await nexus.upload('nexus.json', JSON.stringify({ items }));
    const started = performance.now();
    await createImport(nexus.ctx, { name: 'nexus.json', path });
    const samples = await follow(nexus, started);
    const early = rate(samples, 0, SHARE);
    const late = rate(samples, 1 - SHARE, 1);
    const note = `${ITEMS.toLocaleString('en')} texts of 600 characters from a JSON of the earlier Nexus until they are searchable, PGlite`;
    return [
      figure('import-early', early, 'items/s', ITEMS * SHARE, `${note}; the first fifth`),
      figure('import-late', late, 'items/s', ITEMS * SHARE, `${note}; the last fifth`),
      figure('import-late-against-early', late / early, 'ratio', ITEMS, note, 2),
    ];
  } finally {
    await nexus.stop();
  }
}

async function follow(nexus: Awaited<ReturnType<typeof testWorker>>, started: number): Promise<Sample[]> {
  const samples: Sample[] = [{ atMs: 0, ready: 0 }];
  while (samples.at(-1)!.ready < ITEMS) {
    await Bun.sleep(SAMPLE_EVERY_MS);
    const { ready } = await nexus.ports.db.transaction().execute((tx) =>
      tx
        .selectFrom('items')
        .select((eb) => eb.fn.countAll<string>().as('ready'))
        .where('org_id', '=', nexus.ctx.orgId)
        .where('status', '=', 'ready')
        .executeTakeFirstOrThrow(),
    );
    samples.push({ atMs: performance.now() - started, ready: Number(ready) });
  }
  return samples;
}

/** Items a second while the share of those that are ready went from one value to the other. */
function rate(samples: readonly Sample[], fromShare: number, toShare: number): number {
  const from = samples.findLast(({ ready }) => ready <= fromShare * ITEMS)!;
  const to = samples.find(({ ready }) => ready >= toShare * ITEMS)!;
  return (to.ready - from.ready) / ((to.atMs - from.atMs) / 1000);
}

if (import.meta.main) for (const figure of await measureImport()) console.log(JSON.stringify(figure));
