import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bestModel, hasModel, modelPath, SPEECH_MODELS } from '../../../src/archive/transcribers/models.ts';
import { pullModel } from '../../../src/archive/transcribers/pull-model.ts';

const CONTENT = Buffer.concat([Buffer.from('lmgg'), Buffer.alloc(300_000, 7)]);
const sha256 = new Bun.CryptoHasher('sha256').update(CONTENT).digest('hex');
const models = [{ name: 'base', sizeBytes: CONTENT.length, sha256, description: 'A small one' }];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nexus-models-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface HostOptions {
  content?: Buffer;
  /** The first answer ends after so many bytes. */
  breakAfter?: number;
  ignoresRanges?: boolean;
  status?: number;
}

function modelHost({ content = CONTENT, breakAfter, ignoresRanges, status }: HostOptions = {}) {
  const ranges: (string | null)[] = [];
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const range = request.headers.get('range');
      ranges.push(range);
      if (status) return new Response('no', { status });
      if (new URL(request.url).pathname !== '/ggml-base.bin') return new Response('', { status: 404 });
      const start = range && !ignoresRanges ? Number(/bytes=(\d+)-/.exec(range)?.[1]) : 0;
      const part = content.subarray(start);
      if (breakAfter !== undefined && ranges.length === 1) {
        const broken = new ReadableStream({
          async pull(controller) {
            controller.enqueue(part.subarray(0, breakAfter));
            await Bun.sleep(0);
            controller.close();
          },
        });
        return new Response(broken);
      }
      return new Response(new Uint8Array(part), { status: start > 0 ? 206 : 200 });
    },
  });
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    ranges,
    [Symbol.asyncDispose]: async () => void (await server.stop(true)),
  };
}

const signal = new AbortController().signal;

test('a model is fetched, checked and named; a second pull does nothing', async () => {
  await using host = modelHost();
  const received: number[] = [];

  const path = await pullModel('base', directory, {
    signal,
    baseUrl: host.baseUrl,
    models,
    onProgress: (p) => received.push(p.receivedBytes),
  });
  await pullModel('base', directory, { signal, baseUrl: host.baseUrl, models });

  expect(path).toBe(join(directory, 'ggml-base.bin'));
  expect(await Bun.file(path).bytes()).toEqual(new Uint8Array(CONTENT));
  expect(received.at(-1)).toBe(CONTENT.length);
  expect(host.ranges).toEqual([null]);
  expect(await bestModel(directory)).toBe('base');
});

test('a pull that broke off goes on where it stopped', async () => {
  await using host = modelHost({ breakAfter: 100_000 });
  const pull = () => pullModel('base', directory, { signal, baseUrl: host.baseUrl, models });

  await expect(pull()).rejects.toMatchObject({ code: 'upstream-down' });
  expect(await hasModel(directory, 'base')).toBe(false);
  await pull();

  expect(host.ranges).toEqual([null, 'bytes=100000-']);
  expect(await readdir(directory)).toEqual(['ggml-base.bin']);
});

test('a host without ranges is asked for everything again', async () => {
  await using host = modelHost({ breakAfter: 100_000, ignoresRanges: true });
  const pull = () => pullModel('base', directory, { signal, baseUrl: host.baseUrl, models });

  await expect(pull()).rejects.toMatchObject({ code: 'upstream-down' });
  const path = await pull();

  expect(await Bun.file(path).bytes()).toEqual(new Uint8Array(CONTENT));
});

test('damage is found by the checksum and removed', async () => {
  const content = Buffer.from(CONTENT);
  content[5] = 0;
  await using host = modelHost({ content });

  const pull = pullModel('base', directory, { signal, baseUrl: host.baseUrl, models });

  await expect(pull).rejects.toMatchObject({ code: 'upstream-refused', detail: expect.stringContaining('checksum') });
  expect(await readdir(directory)).toEqual([]);
});

test('a host that sends more than the model, or refuses, or is away, is told apart', async () => {
  await using endless = modelHost({ content: Buffer.concat([CONTENT, CONTENT]) });
  await using missing = modelHost({ status: 404 });
  await using busy = modelHost({ status: 503 });
  const pull = (baseUrl: string, name = 'base') => pullModel(name, directory, { signal, baseUrl, models });

  await expect(pull(endless.baseUrl)).rejects.toMatchObject({ code: 'upstream-refused' });
  await expect(pull(missing.baseUrl)).rejects.toMatchObject({ code: 'upstream-refused' });
  await expect(pull(busy.baseUrl)).rejects.toMatchObject({ code: 'upstream-down' });
  await expect(pull('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'upstream-down' });
  await expect(pull(busy.baseUrl, 'huge')).rejects.toMatchObject({
    code: 'not-found',
    detail: expect.stringContaining('base'),
  });
});

test('canceling keeps what was fetched', async () => {
  await using host = modelHost();
  const abort = new AbortController();

  const pull = pullModel('base', directory, {
    signal: abort.signal,
    baseUrl: host.baseUrl,
    models,
    onProgress: () => abort.abort(),
  });

  await expect(pull).rejects.toMatchObject({ code: 'canceled' });
  expect(await readdir(directory)).toEqual(['ggml-base.bin.part']);
});

test('names cannot lead out of the folder', () => {
  for (const name of ['../x', 'a/b', '.hidden', ''])
    expect(() => modelPath(directory, name)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  expect(SPEECH_MODELS.map(({ name }) => name)).toEqual(['tiny', 'base', 'small', 'medium', 'large-v3-turbo']);
});
