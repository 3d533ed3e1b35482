import { afterAll, beforeAll, expect, test } from 'bun:test';
import { kyselyOnPostgres, nativePostgres } from '@nexus/embedded/testing';
import { insertSteps, type ItemRow } from '@nexus/shared/archive';
import { databaseAs, type DB } from '@nexus/shared/platform';
import { findEqualFile } from '../../../src/archive/duplicates/find-equal-file.ts';
import { compareWithArchive, findSameSound } from '../../../src/archive/duplicates/find-same-sound.ts';
import { encodeHashes } from '../../../src/archive/media/index.ts';
import { randomSound, withErrors } from '../../recordings/random-fingerprint.ts';

/** Several connections at once, as several workers have them. */
let postgres: Awaited<ReturnType<typeof nativePostgres>>;
let kysely: ReturnType<typeof kyselyOnPostgres<DB>>;

beforeAll(async () => {
  postgres = await nativePostgres();
  kysely = kyselyOnPostgres<DB>(postgres.url, 6);
}, 60_000);
afterAll(async () => {
  await kysely.destroy();
  await postgres.stop();
});

const service = () => databaseAs(kysely, { role: 'service_role' });

async function someItems(count: number): Promise<ItemRow[]> {
  const orgId = crypto.randomUUID();
  return service()
    .transaction()
    .execute(async (tx) => {
      await tx.insertInto('orgs').values({ id: orgId, name: 'Test' }).execute();
      const rows: ItemRow[] = [];
      for (let number = 0; number < count; number++) {
        const row = await tx
          .insertInto('items')
          .values({ org_id: orgId, source: 'file', title: `Item ${number}`, status: 'working', kind: 'audio' })
          .returningAll()
          .executeTakeFirstOrThrow();
        await insertSteps(tx, orgId, row.id);
        rows.push(row);
      }
      return rows;
    });
}

test('of equal files that arrive at the same moment exactly one is the original', async () => {
  const items = await someItems(5);

  const found = await Promise.all(
    items.map((item) =>
      service()
        .transaction()
        .execute(async (tx) => {
          await tx.updateTable('items').set({ sha256: 'equal' }).where('id', '=', item.id).execute();
          const duplicate = await findEqualFile(tx, item, 'equal');
          if (duplicate)
            await tx
              .updateTable('items')
              .set({ status: 'duplicate', duplicate_of: duplicate.duplicateOf })
              .where('id', '=', item.id)
              .execute();
          return duplicate;
        }),
    ),
  );

  const originals = items.filter((_, index) => found[index] === undefined);
  expect(originals).toHaveLength(1);
  expect(new Set(found.map((duplicate) => duplicate?.duplicateOf))).toEqual(new Set([undefined, originals[0]!.id]));
});

test('of two copies that were compared before either was kept, the second to end finds the first', async () => {
  const [one, two] = (await someItems(2)) as [ItemRow, ItemRow];
  const sound = { hashes: randomSound(1, 1000), durationSeconds: 126 };
  const copy = { hashes: withErrors(2, sound.hashes, 0.05), durationSeconds: 126 };
  const before = await Promise.all([
    service()
      .transaction()
      .execute((tx) => compareWithArchive(tx, one, sound)),
    service()
      .transaction()
      .execute((tx) => compareWithArchive(tx, two, copy)),
  ]);

  const end = (item: ItemRow, { hashes, durationSeconds }: typeof sound, comparison: (typeof before)[number]) =>
    service()
      .transaction()
      .execute(async (tx) => {
        await tx
          .insertInto('fingerprints')
          .values({
            item_id: item.id,
            org_id: item.org_id,
            algorithm: 1,
            hashes: encodeHashes(hashes),
            duration_seconds: durationSeconds,
          })
          .execute();
        return findSameSound(tx, item, { hashes, durationSeconds }, comparison);
      });
  const found = await Promise.all([end(one, sound, before[0]), end(two, copy, before[1])]);

  expect(before.map(({ likenesses }) => likenesses)).toEqual([[], []]);
  const ends = found.map((duplicate) => duplicate?.duplicateOf);
  expect(ends.filter((id) => id === undefined)).toHaveLength(1);
  expect([ends[0] === two.id, ends[1] === one.id].filter(Boolean)).toHaveLength(1);
});
