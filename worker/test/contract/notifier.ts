import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { OutcomeUnknown } from '../../src/listening/deliveries/outcome-unknown.ts';
import type { OutletIo } from '../../src/listening/deliveries/outlet.ts';
import type { Notifier } from '../../src/listening/notifiers/notifier.ts';
import { testMessage } from './outlet-io.ts';

export interface NotifierTrial extends AsyncDisposable {
  io: OutletIo;
  /** What arrived, each as one text that holds its words and addresses. */
  arrived(): string[];
  /** The next message meets this. */
  trouble(kind: 'limited' | 'cut-after' | 'cut-before'): void;
  /** The connection was revoked on the other side. */
  revoked: OutletIo;
  /** Where it leads is gone. */
  gone: OutletIo;
  /** Nobody listens there. */
  nobody: OutletIo;
}

/** What every notifier must do, whatever service it speaks to. */
export function notifierContract(
  name: string,
  notifier: Notifier,
  start: () => Promise<NotifierTrial>,
  { canFind }: { canFind: boolean },
): void {
  describe(`${name} keeps the contract of notifiers`, () => {
    let trial: NotifierTrial;
    beforeEach(async () => {
      trial = await start();
    });
    afterEach(() => trial[Symbol.asyncDispose]());

    test('it can be drawn as a form', () => {
      expect(notifier.id).toMatch(/^[a-z][a-z-]+$/);
      expect(notifier.description.length).toBeGreaterThan(20);
      for (const schema of [notifier.settings, notifier.credentials, notifier.address])
        expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object' });
    });

    test('a message arrives once, with its words and its ways back', async () => {
      await notifier.send(testMessage(), trial.io);

      const arrived = trial.arrived();
      expect(arrived).toHaveLength(1);
      for (const part of ['Ferries: 1 new opportunity', 'Posts found', 'ferry', '⛴ متى', 'nexus.example/listening'])
        expect(arrived[0]).toContain(part);
    });

    test('asked to slow down, nothing arrives and it may be tried again', async () => {
      trial.trouble('limited');

      const attempt = notifier.send(testMessage(), trial.io);

      await expect(attempt).rejects.toMatchObject({ code: 'upstream-limited', mayRetry: true });
      expect(trial.arrived()).toEqual([]);
    });

    test('a connection that breaks leaves the outcome unknown, whether it arrived or not', async () => {
      for (const [kind, count] of [
        ['cut-before', 0],
        ['cut-after', 1],
      ] as const) {
        trial.trouble(kind);

        const outcome = await notifier.send(testMessage(), trial.io).catch((error: unknown) => error);

        expect(outcome).toBeInstanceOf(OutcomeUnknown);
        expect(trial.arrived()).toHaveLength(count);
      }
    });

    test('what was revoked, or is gone, says what a person has to do', async () => {
      for (const io of [trial.revoked, trial.gone]) {
        const problem = await notifier.send(testMessage(), io).catch((error: unknown) => error);

        expect(problem).toMatchObject({ code: 'upstream-refused', mayRetry: false });
        expect((problem as { detail: string }).detail).toMatch(/Enter|Check|Make|Choose/);
      }
    });

    test('where nobody listens nothing was sent: that is known, and passes', async () => {
      const attempt = notifier.send(testMessage(), trial.nobody);

      await expect(attempt).rejects.toMatchObject({ code: 'upstream-down' });
    });

    test('canceled before it began, nothing arrives', async () => {
      const attempt = notifier.send(testMessage(), { ...trial.io, signal: AbortSignal.abort() });

      await expect(attempt).rejects.toThrow();
      expect(trial.arrived()).toEqual([]);
    });

    if (canFind)
      test('it finds what arrived, and tells what surely did not', async () => {
        const [there, missing] = [testMessage(), testMessage()];
        for (const message of [there, testMessage(), testMessage()]) await notifier.send(message, trial.io);

        expect(await notifier.find!(there, trial.io)).toMatchObject({ remoteId: expect.any(String) });
        expect(await notifier.find!(missing, trial.io)).toBeNull();
      });
  });
}
