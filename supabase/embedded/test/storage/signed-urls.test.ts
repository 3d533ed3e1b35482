import { afterAll, beforeAll, expect, test } from 'bun:test';
import { ok, ownFolderPolicies, SETUP_MILLISECONDS, type StorageServer, storageServer } from './storage-server.ts';

const USER = '0f5c2a57-0f7b-4a65-9a70-3d0a8b6a5d01';
let server: StorageServer;

beforeAll(async () => {
  server = await storageServer();
  ok(await server.service.storage.createBucket('signed'));
  await server.database.exec(ownFolderPolicies('signed'));
  ok(await server.service.storage.from('signed').upload('a folder/ü (1).txt', 'secret'));
}, SETUP_MILLISECONDS);
afterAll(() => server[Symbol.asyncDispose]());

test('a signed URL opens one object to whoever has it, until it ends', async () => {
  const { signedUrl } = ok(await server.service.storage.from('signed').createSignedUrl('a folder/ü (1).txt', 60));

  const answer = await fetch(signedUrl);

  expect(await answer.text()).toBe('secret');
  const remaining = Date.parse(answer.headers.get('expires')!) - Date.now();
  expect(remaining).toBeWithin(50_000, 61_000);
});

test('the download option names the file', async () => {
  const bucket = server.service.storage.from('signed');
  const named = ok(await bucket.createSignedUrl('a folder/ü (1).txt', 60, { download: 'näme.txt' }));
  const unnamed = ok(await bucket.createSignedUrl('a folder/ü (1).txt', 60, { download: true }));

  const dispositions = await Promise.all(
    [named, unnamed].map(async ({ signedUrl }) => (await fetch(signedUrl)).headers.get('content-disposition')),
  );

  expect(dispositions).toEqual([`attachment; filename=n%C3%A4me.txt; filename*=UTF-8''n%C3%A4me.txt;`, 'attachment;']);
});

test('several are signed at once, and what is missing is said for each', async () => {
  const answers = ok(
    await server.service.storage.from('signed').createSignedUrls(['a folder/ü (1).txt', 'none.txt'], 60),
  );

  expect(await (await fetch(answers[0]!.signedUrl!)).text()).toBe('secret');
  expect(answers[1]).toMatchObject({
    path: 'none.txt',
    signedUrl: null,
    error: expect.stringContaining('does not exist'),
  });
});

test('a signed URL is good for nothing else', async () => {
  const bucket = server.service.storage.from('signed');
  ok(await bucket.upload('other.txt', 'other'));
  const { signedUrl } = ok(await bucket.createSignedUrl('a folder/ü (1).txt', 60));
  const token = new URL(signedUrl).searchParams.get('token')!;
  const upload = ok(await bucket.createSignedUploadUrl('a folder/new.txt'));
  const get = (name: string, given: string) =>
    fetch(`${server.url}/storage/v1/object/sign/signed/${name}?token=${given}`);

  const otherObject = await get('other.txt', token);
  const forged = await get('other.txt', 'x.y.z');
  const uploadTokenToRead = await get('a%20folder/new.txt', upload.token);
  const readTokenToWrite = await bucket.uploadToSignedUrl('a folder/ü (1).txt', token, 'overwritten');
  const asCredentials = await fetch(`${server.url}/storage/v1/object/authenticated/signed/other.txt`, {
    headers: { authorization: `Bearer ${token}` },
  });

  expect(await otherObject.json()).toMatchObject({ error: 'InvalidSignature' });
  expect(await forged.json()).toMatchObject({ error: 'InvalidJWT' });
  expect(await uploadTokenToRead.json()).toMatchObject({ error: 'InvalidSignature' });
  expect(readTokenToWrite.error?.message).toBe('Invalid signature');
  expect(await asCredentials.json()).toMatchObject({ statusCode: '404' });
});

test('only who may read an object may sign it', async () => {
  const user = await server.user(USER);

  const single = await user.storage.from('signed').createSignedUrl('a folder/ü (1).txt', 60);
  const many = ok(await user.storage.from('signed').createSignedUrls(['a folder/ü (1).txt'], 60));

  expect(single.error).toMatchObject({ statusCode: '404', message: 'Object not found' });
  expect(many[0]).toMatchObject({ signedUrl: null });
});

test('a signed upload URL takes one upload from anyone, in the name of its maker', async () => {
  const user = await server.user(USER);
  const { token, path } = ok(await user.storage.from('signed').createSignedUploadUrl(`${USER}/in.txt`));
  const stranger = server.anon.storage.from('signed');

  const first = ok(await stranger.uploadToSignedUrl(path, token, new Blob(['first']), { contentType: 'text/plain' }));
  const second = await stranger.uploadToSignedUrl(path, token, 'second', { upsert: true });
  const elsewhere = await stranger.uploadToSignedUrl(`${USER}/other.txt`, token, 'x');

  expect(first).toEqual({ path, fullPath: `signed/${path}` });
  expect(second.error).toMatchObject({ statusCode: '409' });
  expect(elsewhere.error?.message).toBe('Invalid signature');
  const { rows } = await server.database.query('select owner, owner_id from storage.objects where name = $1', [path]);
  expect(rows).toEqual([{ owner: USER, owner_id: USER }]);
  expect(await ok(await user.storage.from('signed').download(path)).text()).toBe('first');
});

test('a signed upload URL made to replace does replace', async () => {
  const user = await server.user(USER);
  const bucket = user.storage.from('signed');
  ok(await bucket.upload(`${USER}/old.txt`, 'old'));
  const { token } = ok(await bucket.createSignedUploadUrl(`${USER}/old.txt`, { upsert: true }));

  ok(await server.anon.storage.from('signed').uploadToSignedUrl(`${USER}/old.txt`, token, 'new'));

  expect(await ok(await bucket.download(`${USER}/old.txt`)).text()).toBe('new');
});

test('only who may store an object may sign its upload', async () => {
  const user = await server.user(USER);

  const answer = await user.storage.from('signed').createSignedUploadUrl('someone-else/in.txt');

  expect(answer.error).toMatchObject({ statusCode: '403' });
});
