import { expect, test } from 'bun:test';
import { InterruptedUploads, type KeyValueStore } from '../../src/lib/archive/interrupted-uploads.ts';

const upload = { bucket: 'media', path: 'o/1/talk.mp3', token: 't', resumableUrl: '/storage/v1/upload/resumable/sign' };
const HOUR_MS = 3_600_000;

function memory(): KeyValueStore {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

const talk = () => new File(['sound'], 'talk.mp3', { lastModified: 7 });

test('the same file chosen again finds its upload, another of that name does not', () => {
  const uploads = new InterruptedUploads('org-a', memory());
  uploads.remember(talk(), upload, 'http://tus/1');

  expect(uploads.find(talk())).toMatchObject({ tusUrl: 'http://tus/1', upload });
  expect(uploads.find(new File(['longer sound'], 'talk.mp3', { lastModified: 7 }))).toBeUndefined();
});

test('what another organisation began is neither listed nor forgotten', () => {
  const store = memory();
  new InterruptedUploads('org-b', store).remember(talk(), upload, 'http://tus/b');
  const uploads = new InterruptedUploads('org-a', store);

  uploads.forgetAll();

  expect(uploads.list()).toEqual([]);
  expect(new InterruptedUploads('org-b', store).list()).toHaveLength(1);
});

test('an upload whose signature has run out is dropped', () => {
  let nowMs = 0;
  const store = memory();
  const uploads = new InterruptedUploads('org-a', store, () => nowMs);
  uploads.remember(talk(), upload, 'http://tus/1');

  nowMs = 2 * HOUR_MS;

  expect(uploads.find(talk())).toBeUndefined();
  expect(store.length).toBe(0);
});
