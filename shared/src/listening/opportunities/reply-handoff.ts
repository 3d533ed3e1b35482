import { type Context, NexusError, type Tx } from '../../platform/index.ts';
import type { Post } from '../post-contracts.ts';

/** Takes a finished reply and sees to it that it is published. */
export interface ReplyHandoff {
  readonly id: string;
  /** Writes it down in the caller's transaction, so that it is taken together with the act or not at all. Sends nothing itself. */
  hand(ctx: Context, tx: Tx, reply: { readonly post: Post; readonly text: string }): Promise<void>;
}

/** Nothing publishes yet. A publisher is one more entry. */
export const REPLY_HANDOFFS: readonly ReplyHandoff[] = [];

export function requireHandoff(id: string | undefined): ReplyHandoff {
  const handoff = REPLY_HANDOFFS.find((known) => known.id === id);
  if (handoff) return handoff;
  throw new NexusError(
    'not-configured',
    'Nothing is set up that publishes replies. Copy the text or open the reply link instead.',
  );
}
