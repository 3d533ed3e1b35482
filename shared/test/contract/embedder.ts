import { describe, expect, test } from 'bun:test';
import type { Embedder } from '../../src/assistant/embedder.ts';
import type { ModelServer } from '../loopback/model-server.ts';

export interface EmbedderContract {
  name: string;
  server(): ModelServer;
  /** The loopback's model `short-vectors` answers 384 numbers whatever it is asked. */
  open(server: ModelServer, options: { model: string; timeoutSeconds: number }): Embedder;
}

/** What every embedder adapter promises, tried against its service's wire format. */
export function embedderContract({ name, server, open }: EmbedderContract): void {
  const opened = (at: ModelServer, model = 'loopback') => open(at, { model, timeoutSeconds: 20 });

  describe(`${name} as an embedder`, () => {
    test('makes one unit vector of 768 numbers per text, in order, over several batches', async () => {
      using at = server();
      const embedder = opened(at);
      const texts = Array.from({ length: 230 }, (_, index) => `passage ${index}`);

      const { vectors } = await embedder.embed(texts, { kind: 'document' });
      const alone = await embedder.embed([texts[229]!], { kind: 'document' });

      expect(vectors).toHaveLength(230);
      expect(vectors.every((vector) => vector.length === 768)).toBe(true);
      expect(vectors.every((vector) => Math.abs(Math.hypot(...vector) - 1) < 1e-5)).toBe(true);
      expect(vectors[229]).toEqual(alone.vectors[0]!);
      expect(vectors[229]).not.toEqual(vectors[228]!);
    });

    test('asks nothing for no texts', async () => {
      using at = server();
      const embedder = opened(at);
      await at.stop();

      expect(await embedder.embed([], { kind: 'query' })).toMatchObject({ vectors: [] });
    });

    test('refuses vectors of another length, naming it', async () => {
      using at = server();

      await expect(opened(at, 'short-vectors').embed(['a'], { kind: 'query' })).rejects.toMatchObject({
        code: 'upstream-refused',
        detail: expect.stringContaining('384'),
      });
    });

    test('says when nobody listens', async () => {
      using at = server();
      const embedder = opened(at);
      await at.stop();

      await expect(embedder.embed(['a'], { kind: 'query' })).rejects.toMatchObject({ code: 'upstream-down' });
    });

    test.each([
      [{ kind: 'garbage' }, 'upstream-refused'],
      [{ kind: 'wrong-json' }, 'upstream-refused'],
      [{ kind: 'error-page', status: 502 }, 'upstream-down'],
      [{ kind: 'error-inside', status: 400 }, 'upstream-refused'],
      [{ kind: 'error-inside', status: 429 }, 'upstream-limited'],
      [{ kind: 'error-inside', status: 503 }, 'upstream-down'],
      [{ kind: 'reset' }, 'upstream-down'],
    ] as const)('ends in a clear problem after %o', async (trouble, code) => {
      using at = server();
      at.trouble(trouble);

      await expect(opened(at).embed(['a'], { kind: 'query' })).rejects.toMatchObject({ code });
    });

    test.each([{ kind: 'stall' }, { kind: 'stall-inside' }, { kind: 'endless' }] as const)(
      'gives up on %o',
      async (trouble) => {
        using at = server();
        at.trouble(trouble);
        const embedder = open(at, { model: 'loopback', timeoutSeconds: 0.15 });

        await expect(embedder.embed(['a'], { kind: 'query' })).rejects.toMatchObject({ code: 'upstream-down' });
      },
    );

    test('an abort rejects with its own reason', async () => {
      using at = server();
      const reason = new Error('the user left');

      const attempt = opened(at).embed(['a'], { kind: 'query', signal: AbortSignal.abort(reason) });

      await expect(attempt).rejects.toBe(reason);
    });
  });
}
