import { expect, test } from 'bun:test';
import { createVault, toBase64 } from '@nexus/shared/platform';

const newKey = () => toBase64(crypto.getRandomValues(new Uint8Array(32)));

test('what was sealed opens with the same key and context', async () => {
  const vault = createVault(newKey());

  const sealed = await vault.seal('{"apiKey":"тайна"}', 'org:1');

  expect(await vault.open(sealed, 'org:1')).toBe('{"apiKey":"тайна"}');
  expect(sealed.ciphertext).not.toContain('apiKey');
});

test('the same secret never looks the same', async () => {
  const vault = createVault(newKey());

  const [first, second] = [await vault.seal('x', 'c'), await vault.seal('x', 'c')];

  expect(first.ciphertext).not.toBe(second.ciphertext);
});

test('a ciphertext opens in no other context and not when it was changed', async () => {
  const vault = createVault(newKey());
  const sealed = await vault.seal('secret', 'org:1/credential:1');
  const bytes = Uint8Array.fromBase64(sealed.ciphertext);
  bytes[bytes.length - 1]! ^= 1;

  const moved = () => vault.open(sealed, 'org:2/credential:1');
  const changed = () => vault.open({ ...sealed, ciphertext: toBase64(bytes) }, 'org:1/credential:1');

  await expect(moved()).rejects.toMatchObject({ code: 'not-configured' });
  await expect(changed()).rejects.toMatchObject({ code: 'not-configured' });
});

test('a key is replaced by putting a new one in front', async () => {
  const [old, fresh] = [newKey(), newKey()];
  const sealed = await createVault(old).seal('secret', 'c');

  const vault = createVault(`${fresh}, ${old}`);

  expect(await vault.open(sealed, 'c')).toBe('secret');
  expect((await vault.seal('new', 'c')).keyId).not.toBe(sealed.keyId);
  await expect(createVault(fresh).open(sealed, 'c')).rejects.toMatchObject({ code: 'not-configured' });
});

test.each(['', 'c2hvcnQ=', 'not base64!'])('the key "%s" is refused in words that say what is needed', async (key) => {
  await expect(createVault(key).seal('x', 'c')).rejects.toMatchObject({
    code: 'not-configured',
    detail: expect.stringContaining('32 bytes'),
  });
});
