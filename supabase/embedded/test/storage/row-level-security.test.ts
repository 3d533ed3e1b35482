import { afterAll, beforeAll, expect, test } from 'bun:test';
import {
  objectFiles,
  ok,
  ownFolderPolicies,
  SETUP_MILLISECONDS,
  type StorageServer,
  storageServer,
} from './storage-server.ts';

const ALICE = 'a11ce000-0000-4000-8000-000000000001';
const BOB = 'b0b00000-0000-4000-8000-000000000002';
let server: StorageServer;

beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('own'));
  await server.database.exec(ownFolderPolicies('own'));
  ok(await (await server.user(ALICE)).storage.from('own').upload(`${ALICE}/diary.txt`, 'dear diary'));
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

test('the owner does everything in their folder', async () => {
  const bucket = (await server.user(ALICE)).storage.from('own');

  ok(await bucket.upload(`${ALICE}/a.txt`, 'a'));
  ok(await bucket.update(`${ALICE}/a.txt`, 'b'));
  ok(await bucket.copy(`${ALICE}/a.txt`, `${ALICE}/c.txt`));
  ok(await bucket.move(`${ALICE}/a.txt`, `${ALICE}/d.txt`));
  const listed = ok(await bucket.list(ALICE)).map(({ name }) => name);
  const content = await ok(await bucket.download(`${ALICE}/d.txt`)).text();
  const removed = ok(await bucket.remove([`${ALICE}/c.txt`, `${ALICE}/d.txt`]));

  expect(listed).toEqual(['c.txt', 'd.txt', 'diary.txt']);
  expect(content).toBe('b');
  expect(removed.map(({ name }) => name).toSorted()).toEqual([`${ALICE}/c.txt`, `${ALICE}/d.txt`]);
});

test('someone else sees nothing and changes nothing', async () => {
  const bucket = (await server.user(BOB)).storage.from('own');
  const diary = `${ALICE}/diary.txt`;
  const files = await objectFiles(server.directory);

  const answers = {
    download: await bucket.download(diary),
    info: await bucket.info(diary),
    upload: await bucket.upload(`${ALICE}/planted.txt`, 'x'),
    replace: await bucket.upload(diary, 'x', { upsert: true }),
    update: await bucket.update(diary, 'x'),
    moveAway: await bucket.move(diary, `${BOB}/diary.txt`),
    copy: await bucket.copy(diary, `${BOB}/diary.txt`),
  };
  const listed = ok(await bucket.list(ALICE));
  const listedV2 = ok(await bucket.listV2({ prefix: ALICE }));
  const removed = ok(await bucket.remove([diary]));

  const codes = Object.entries(answers).map(([name, { error }]) => [
    name,
    (error as { statusCode?: string } | null)?.statusCode,
  ]);
  expect(Object.fromEntries(codes)).toEqual({
    download: '404',
    info: '404',
    upload: '403',
    replace: '403',
    update: '403',
    moveAway: '404',
    copy: '404',
  });
  expect([listed, listedV2.objects, removed]).toEqual([[], [], []]);
  expect(await objectFiles(server.directory)).toEqual(files);
  expect(await ok(await server.service.storage.from('own').download(diary)).text()).toBe('dear diary');
});

test('nobody moves or copies into a folder that is not theirs', async () => {
  const bucket = (await server.user(BOB)).storage.from('own');
  ok(await bucket.upload(`${BOB}/mine.txt`, 'mine'));
  const files = await objectFiles(server.directory);

  const moved = await bucket.move(`${BOB}/mine.txt`, `${ALICE}/gift.txt`);
  const copied = await bucket.copy(`${BOB}/mine.txt`, `${ALICE}/gift.txt`);

  expect([moved.error, copied.error]).toMatchObject([{ statusCode: '403' }, { statusCode: '403' }]);
  expect(await ok(await bucket.download(`${BOB}/mine.txt`)).text()).toBe('mine');
  expect((await objectFiles(server.directory)).toSorted()).toEqual(files.toSorted());
});

test('who is signed out gets nothing of a private bucket', async () => {
  const bucket = server.anon.storage.from('own');

  const downloaded = await bucket.download(`${ALICE}/diary.txt`);
  const uploaded = await bucket.upload('note.txt', 'x');
  const listed = ok(await bucket.list());

  expect(downloaded.error).toMatchObject({ statusCode: '404' });
  expect(uploaded.error).toMatchObject({ statusCode: '403' });
  expect(listed).toEqual([]);
});

test('the right to add alone is enough for a plain upload', async () => {
  ok(await server.service.storage.createBucket('letterbox'));
  await server.database.exec(
    `create policy "letterbox" on storage.objects for insert to anon with check (bucket_id = 'letterbox')`,
  );
  const bucket = server.anon.storage.from('letterbox');

  const first = await bucket.upload('letter.txt', 'dear owner');
  const replaced = await bucket.upload('letter.txt', 'dear all', { upsert: true });

  expect(first.error).toBeNull();
  expect(replaced.error).toMatchObject({ statusCode: '403' });
});

test("a row written by hand opens no one else's file", async () => {
  const stolen = await server.database.query<{ version: string }>(
    'select version from storage.objects where name = $1',
    [`${ALICE}/diary.txt`],
  );
  await server.database.query(
    `insert into storage.objects (bucket_id, name, version) values ('own', $1, $2), ('own', $3, $4)`,
    [`${BOB}/theft.txt`, stolen.rows[0]!.version, `${BOB}/climb.txt`, '../../../../etc/passwd'],
  );
  const bucket = (await server.user(BOB)).storage.from('own');

  const theft = await bucket.download(`${BOB}/theft.txt`);
  const climb = await bucket.download(`${BOB}/climb.txt`);

  expect([theft.error, climb.error]).toMatchObject([{ statusCode: '404' }, { statusCode: '404' }]);
});
