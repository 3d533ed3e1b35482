import { expect, test } from 'bun:test';
import { startDeadline } from '../../src/platform/http-deadline.ts';

test('what was given up before it began fails nobody later', async () => {
  using deadline = startDeadline({ signal: AbortSignal.abort(), timeoutSeconds: 60, stallSeconds: 60 });
  const late = Promise.withResolvers<void>();

  const raced = deadline.race(late.promise);

  await expect(raced).rejects.toMatchObject({ code: 'canceled' });
  late.reject(new Error('An unhandled rejection fails this test.'));
  await new Promise((resolve) => setImmediate(resolve));
});
