import { sql } from 'kysely';
import { type Context, NexusError } from '../../platform/index.ts';

/** A stop asked for elsewhere is met at the next beat. */
const BEAT_MS = 750;

export interface Pulse extends AsyncDisposable {
  /** Aborts when the answer was stopped from outside or its chat is gone. */
  readonly signal: AbortSignal;
}

/**
 * While an answer is written: keeps what there is of it in its row, with a sign of life. Whoever sets the row's state to
 * `stopped`, in whatever process, ends the answer with that.
 */
export function keepAlive(ctx: Pick<Context, 'db' | 'log'>, messageId: string, textOf: () => string): Pulse {
  const controller = new AbortController();
  let beating: Promise<void> | undefined;

  async function beat(): Promise<void> {
    try {
      const alive = await ctx.db.transaction().execute((tx) =>
        tx
          .updateTable('messages')
          .set({ text: textOf(), alive_at: sql`clock_timestamp()` })
          .where('id', '=', messageId)
          .where('state', '=', 'streaming')
          .returning('id')
          .executeTakeFirst(),
      );
      if (!alive) controller.abort(new NexusError('canceled', 'The answer was stopped.'));
    } catch (error) {
      // The next beat may come through; when none does, the end of the answer says why.
      ctx.log.set({ beatProblem: String(error) });
    } finally {
      beating = undefined;
    }
  }

  const timer = setInterval(() => void (beating ??= beat()), BEAT_MS);
  return {
    signal: controller.signal,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await beating;
    },
  };
}
