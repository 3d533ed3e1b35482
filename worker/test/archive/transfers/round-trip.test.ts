import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  changeItem,
  createExport,
  createFeed,
  createImport,
  createItem,
  deleteItem,
  getItem,
  getTransfer,
  listFeeds,
  listItems,
  listSegments,
  NewExport,
  NewFeed,
} from '@nexus/shared/archive';
import { searchPassages } from '@nexus/shared/assistant';
import { MEDIA_BUCKET } from '@nexus/shared/platform';
import { Manifest } from '../../../src/archive/transfers/archive-format.ts';
import { ZipFile } from 'yazl';
import { openArchive } from '../../../src/archive/transfers/open-archive.ts';
import { testWorker } from '../../running/test-worker.ts';

const ASSETS = join(import.meta.dir, '../../../assets/sample');

let nexus: Awaited<ReturnType<typeof testWorker>>;
let talkId: string;
let noteId: string;

beforeAll(async () => {
  nexus = await testWorker();
  const talk = await createItem(nexus.ctx, {
    source: 'file',
    name: 'talk.m4a',
    path: await nexus.upload('talk.m4a', await Bun.file(join(ASSETS, 'how-nexus-works.m4a')).bytes()),
    subtitlePath: await nexus.upload('talk.vtt', await Bun.file(join(ASSETS, 'how-nexus-works.vtt')).bytes()),
  });
  const note = await createItem(nexus.ctx, { source: 'text', text: '# Lighthouses\n\nEvery keeper writes a diary.' });
  await nexus.rested(talk.id);
  await nexus.rested(note.id);
  await changeItem(nexus.ctx, { itemId: note.id, change: { title: 'Keepers', tags: ['sea'] } });
  await createFeed(nexus.ctx, NewFeed.parse({ url: 'http://127.0.0.1:1/feed.xml', keepLast: 7 }));
  [talkId, noteId] = [talk.id, note.id];
  const { ctx } = nexus;
  await nexus.ports.db.transaction().execute(async (tx) => {
    const org_id = ctx.orgId;
    const collection = await tx
      .insertInto('collections')
      .values({ org_id, name: 'Coast', description: 'All about it' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('collection_items')
      .values({ org_id, collection_id: collection.id, item_id: note.id })
      .execute();
    await tx.insertInto('vocabulary').values({ org_id, term: 'Fresnel' }).execute();
  });
});
afterAll(() => nexus.stop());

async function transferred(transferId: string) {
  for (;;) {
    const report = await getTransfer(nexus.ctx, { transferId });
    if (report.state === 'done' || report.state === 'failed') return report;
    await Bun.sleep(20);
  }
}

/** The bytes of the one file of an export. */
async function exported(withMedia = true): Promise<Uint8Array> {
  const { id } = await createExport(nexus.ctx, NewExport.parse({ withMedia }));
  const report = await transferred(id);
  expect(report).toMatchObject({ state: 'done', total: 2, finished: 2, problem: null });
  const [file] = report.files;
  const path = decodeURIComponent(new URL(file!.url, 'http://x').pathname).split(`/${MEDIA_BUCKET}/`)[1]!;
  const bytes = await Bun.file((await nexus.storage.localPath('media', path))!).bytes();
  expect(bytes.byteLength).toBe(file!.sizeBytes);
  return bytes;
}

async function imported(name: string, content: Uint8Array | string) {
  const { id } = await createImport(nexus.ctx, { name, path: await nexus.upload(name, content) });
  return transferred(id);
}

/** Without what is made anew or signed anew. */
async function whole(itemId: string) {
  const item = await nexus.rested(itemId);
  const { segments } = await listSegments(nexus.ctx, { itemId });
  const { updatedAt: _u, steps: _s, playback, peaksUrl, originalUrl, posterUrl, transcript, ...rest } = item;
  const { id: _t, ...version } = transcript!;
  const has = { playback: !!playback, peaks: !!peaksUrl, original: !!originalUrl, poster: !!posterUrl };
  const insights = item.insights.map((insight) => ({ ...insight, id: null }));
  return { ...rest, insights, version, has, segments };
}

test('an export holds every item in open formats', async () => {
  const path = join(nexus.home, 'export.zip');
  await Bun.write(path, await exported());

  await using archive = await openArchive(path);
  const { items } = await archive.readJson('manifest.json', Manifest);
  const names = (id: string) => items.find((item) => item.id === id)!.folder;

  expect(archive.has(`${names(talkId)}/transcript.vtt`)).toBe(true);
  expect(archive.has(`${names(talkId)}/original/talk.m4a`)).toBe(true);
  expect(archive.has(`${names(noteId)}/text.md`)).toBe(true);
  expect(archive.has(`${names(noteId)}/transcript.vtt`)).toBe(false);
  await rm(path);
});

test('exported, wiped and imported, everything is as it was, under its old address', async () => {
  const before = [await whole(talkId), await whole(noteId)];
  const archive = await exported();
  for (const itemId of [talkId, noteId]) await deleteItem(nexus.ctx, { itemId });
  await nexus.ports.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('collections').execute();
    await tx.deleteFrom('vocabulary').execute();
    await tx.deleteFrom('feeds').execute();
  });

  const report = await imported('archive.zip', archive);

  expect(report).toMatchObject({ state: 'done', format: 'nexus', added: 2, alreadyHere: 0, failed: 0 });
  expect([await whole(talkId), await whole(noteId)]).toEqual(before);
  const found = await searchPassages(nexus.ctx, { query: 'keeper diary' });
  expect(found.passages.map(({ itemId }) => itemId)).toContain(noteId);
  const within = await nexus.ports.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('collection_items as ci')
        .innerJoin('collections as c', 'c.id', 'ci.collection_id')
        .select(['c.name', 'c.description', 'ci.item_id'])
        .execute(),
    );
  expect(within).toEqual([{ name: 'Coast', description: 'All about it', item_id: noteId }]);
  expect(await listFeeds(nexus.ctx)).toMatchObject([{ url: 'http://127.0.0.1:1/feed.xml', keepLast: 7 }]);
});

test('imported again, what is here stays and nothing comes twice', async () => {
  const before = await listItems(nexus.ctx, {});

  const report = await imported('archive.zip', await exported());

  expect(report).toMatchObject({ state: 'done', added: 0, alreadyHere: 2, failed: 0 });
  expect((await listItems(nexus.ctx, {})).items.map(({ id }) => id)).toEqual(before.items.map(({ id }) => id));
});

test('without media the words come back, and can be found', async () => {
  const archive = await exported(false);
  await deleteItem(nexus.ctx, { itemId: talkId });

  const report = await imported('words.zip', archive);
  const item = await nexus.rested(talkId);

  expect(report).toMatchObject({ added: 1, alreadyHere: 1 });
  expect(item).toMatchObject({ status: 'ready', playback: null });
  const { segments } = await listSegments(nexus.ctx, { itemId: talkId });
  expect(segments.length).toBeGreaterThan(3);
});

describe('the id of another organisation', () => {
  test('is not taken: the item gets one of its own', async () => {
    const archive = await exported(false);
    const other = crypto.randomUUID();
    await deleteItem(nexus.ctx, { itemId: noteId });
    await nexus.ports.db.transaction().execute(async (tx) => {
      await tx.insertInto('orgs').values({ id: other, name: 'Other' }).execute();
      await tx
        .insertInto('items')
        .values({ id: noteId, org_id: other, source: 'text', title: 'Theirs', status: 'ready' })
        .execute();
    });

    const report = await imported('mine.zip', archive);

    expect(report).toMatchObject({ added: 1, failed: 0 });
    const { items } = await listItems(nexus.ctx, { q: 'Keepers' });
    expect(items).toHaveLength(1);
    expect(items[0]!.id).not.toBe(noteId);
    await expect(getItem(nexus.ctx, { itemId: noteId })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a file that', () => {
  test.each([
    ['is cut in half', async () => (await exported()).slice(0, 4000), 'cut off'],
    ['is a ZIP of something else', async () => zipOf('readme.txt'), 'no export of Nexus'],
    ['is half a JSON', async () => '{"items": [{"title": "A talk", "transc', 'cut off'],
    ['is a JSON of something else', async () => '{"name": "package", "version": "1.0.0"}', 'no list of items'],
    ['is no text at all', async () => new Uint8Array([0xff, 0xfe, 0, 1, 2, 3]), 'cut off'],
  ])('%s is refused in words, and nothing of it is kept', async (_what, make, words) => {
    const before = (await listItems(nexus.ctx, {})).items.length;

    const report = await imported('strange.zip', await make());

    expect(report.state).toBe('failed');
    expect(report.problem?.detail).toContain(words);
    expect((await listItems(nexus.ctx, {})).items).toHaveLength(before);
  });
});

async function zipOf(name: string): Promise<Uint8Array> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('hello'), name);
  zip.end();
  return new Uint8Array(await new Response(zip.outputStream as unknown as ReadableStream).arrayBuffer());
}
