import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  addSample,
  attachTranscript,
  createItem,
  createUpload,
  deleteItem,
  listItems,
  listSegments,
  NewItem,
  removeSample,
  uploadPrefix,
} from '@nexus/shared/archive';
import { testWorker } from '../running/test-worker.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;

beforeAll(async () => {
  nexus = await testWorker();
}, 60_000);
afterAll(() => nexus.stop());

async function limitStorage(bytes: number | null): Promise<void> {
  await nexus.database.query('update orgs set storage_limit_bytes = $1 where id = $2', [bytes, nexus.ctx.orgId]);
}

describe('paths', () => {
  test('nothing but a finished upload of the own organisation becomes an item', async () => {
    const uploaded = await nexus.upload('mine.txt', 'Mine.');
    const { id } = await createItem(nexus.ctx, { source: 'text', text: 'Somebody else’s words.' });
    await nexus.rested(id);
    const other = uploadPrefix(crypto.randomUUID(), crypto.randomUUID());
    await Bun.write(`${nexus.home}/theirs`, 'Theirs.');
    await nexus.storage.putFile('media', `${other}theirs.txt`, `${nexus.home}/theirs`, 'text/plain');

    for (const path of [
      `${other}theirs.txt`,
      `${nexus.ctx.orgId}/${id}/original/text.txt`,
      `${nexus.ctx.orgId}/uploads/../../${other}theirs.txt`,
      `${uploaded}/../mine.txt`,
      uploadPrefix(nexus.ctx.orgId, crypto.randomUUID()) + 'never.txt',
    ]) {
      const asFile = createItem(nexus.ctx, { source: 'file', path, name: 'x.txt' });
      await expect(asFile).rejects.toMatchObject({ code: 'invalid-input', fields: { path: ['No such upload'] } });
      const asSubtitles = createItem(nexus.ctx, {
        source: 'file',
        path: uploaded,
        subtitlePath: path,
        name: 'x.txt',
      });
      await expect(asSubtitles).rejects.toMatchObject({ fields: { subtitlePath: ['No such upload'] } });
      const attached = attachTranscript(nexus.ctx, { itemId: id, transcript: { path } });
      await expect(attached).rejects.toMatchObject({ code: 'invalid-input' });
    }
  });

  test('an upload becomes one item, as whatever it is claimed a second time', async () => {
    const path = await nexus.upload('once.txt', 'Once.');
    await createItem(nexus.ctx, { source: 'file', path, name: 'once.txt' });
    const second = await nexus.upload('second.txt', 'Second.');

    await expect(createItem(nexus.ctx, { source: 'file', path, name: 'once.txt' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(
      createItem(nexus.ctx, { source: 'file', path: second, subtitlePath: path, name: 'second.txt' }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      createItem(nexus.ctx, { source: 'file', path: second, subtitlePath: second, name: 'second.txt' }),
    ).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('of two requests for one upload at once, one makes the item', async () => {
    const path = await nexus.upload('twice.txt', 'Twice.');

    const outcomes = await Promise.allSettled(
      ['a', 'b'].map(() => createItem(nexus.ctx, { source: 'file', path, name: 'twice.txt' })),
    );

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('names', () => {
  test('a name keeps neither folders, lines nor marks that turn the reading direction', async () => {
    const names = ['../../etc/passwd', 'C:\\secret\\minutes.txt', 'two\nlines.txt', 'exe.\u202etxt', '..'];

    const items = await Promise.all(
      names.map((name) => createItem(nexus.ctx, { source: 'text', text: 'Words.', name })),
    );

    expect(items.map(({ originalName }) => originalName)).toEqual([
      'passwd',
      'minutes.txt',
      'two lines.txt',
      'exe.txt',
      '..',
    ]);
    expect(items.map(({ title }) => title)).toEqual(['passwd', 'minutes', 'two lines', 'exe', '..']);
  });

  test('a title of nothing but controls is no title', () => {
    const parsed = NewItem.safeParse({ source: 'text', text: 'x', title: '\n\0' });

    expect(parsed.error?.issues[0]?.path).toEqual(['title']);
  });
});

describe('room', () => {
  test('an upload that waits for its item takes room from the next', async () => {
    await limitStorage((await usedBytes()) + 1000);
    await nexus.upload('waiting.txt', 'x'.repeat(800));

    const fits = await createUpload(nexus.ctx, { name: 'small.txt', sizeBytes: 100 });
    const tooMuch = createUpload(nexus.ctx, { name: 'large.txt', sizeBytes: 300 });

    expect(fits.path).toEndWith('/small.txt');
    await expect(tooMuch).rejects.toMatchObject({ code: 'quota-exceeded' });
    await limitStorage(null);
  });

  test('an upload larger than it said is refused and removed', async () => {
    await limitStorage((await usedBytes()) + 1000);
    const path = await nexus.upload('larger.txt', 'x'.repeat(50_000));

    const item = createItem(nexus.ctx, { source: 'file', path, name: 'larger.txt' });

    await expect(item).rejects.toMatchObject({ code: 'quota-exceeded' });
    await limitStorage(null);
    while ((await nexus.ports.storage.stat(path)) !== null) await Bun.sleep(20);
  });

  async function usedBytes(): Promise<number> {
    const { rows } = await nexus.database.query<{ bytes: number }>(
      `select (select coalesce(sum(size_bytes), 0) from items) + (
         select coalesce(sum((metadata ->> 'size')::bigint), 0) from storage.objects o where name like $1
           and not exists (select from items where original_path = o.name or subtitle_path = o.name)) as bytes`,
      [`${nexus.ctx.orgId}/uploads/%`],
    );
    return Number(rows[0]?.bytes);
  }
});

describe('lists', () => {
  test('a cursor that is not ours is refused, however much it looks like one', async () => {
    for (const cursor of [
      'x',
      '2026-13-45T99:99:99.000Z_11111111-1111-4111-8111-111111111111',
      `2026-01-01T00:00:00.000Z_${'-'.repeat(36)}`,
    ])
      await expect(listItems(nexus.ctx, { cursor })).rejects.toMatchObject({ code: 'invalid-input' });
    const { id } = await createItem(nexus.ctx, { source: 'text', text: 'Words.' });
    for (const cursor of ['-1', '1e3', '9'.repeat(20)])
      await expect(listSegments(nexus.ctx, { itemId: id, cursor })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('the library is shown although a picture in it has just been deleted', async () => {
    const { id } = await createItem(nexus.ctx, { source: 'text', text: 'Words.' });
    await nexus.rested(id);
    await nexus.database.query(
      `update items set poster_path = org_id || '/' || id || '/media/poster.jpg' where id = $1`,
      [id],
    );

    const { items } = await listItems(nexus.ctx, {});

    expect(items.find((item) => item.id === id)?.posterUrl).toBeNull();
  });
});

test('the sample is added once however often it is asked for, is worked on, and goes in one call', async () => {
  await Promise.all([addSample(nexus.ctx), addSample(nexus.ctx), addSample(nexus.ctx)]);
  const samples = async () => (await listItems(nexus.ctx, { limit: 200 })).items.filter(({ isSample }) => isSample);
  while ((await samples()).length < 2) await Bun.sleep(20);
  const rested = await Promise.all((await samples()).map(({ id }) => nexus.rested(id)));
  await addSample(nexus.ctx);

  await Promise.all([removeSample(nexus.ctx), removeSample(nexus.ctx)]);

  expect(rested.map(({ status }) => status)).toEqual(['ready', 'ready']);
  expect(await samples()).toEqual([]);
}, 60_000);

test('an item and its upload go together, and another item’s stays', async () => {
  const [one, two] = [await nexus.upload('one.txt', 'One.'), await nexus.upload('two.txt', 'Two.')];
  const first = await createItem(nexus.ctx, { source: 'file', path: one, name: 'one.txt' });
  const second = await createItem(nexus.ctx, { source: 'file', path: two, name: 'two.txt' });
  await Promise.all([nexus.rested(first.id), nexus.rested(second.id)]);

  await deleteItem(nexus.ctx, { itemId: first.id });
  while ((await nexus.ports.storage.stat(one)) !== null) await Bun.sleep(20);

  expect(await nexus.ports.storage.stat(two)).not.toBeNull();
});
