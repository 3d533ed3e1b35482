import { NexusError } from '@nexus/shared/platform';
import type { SourceIo } from '../search-source.ts';
import type { XAnswer } from './ask-x.ts';
import type { Timeline } from './parse-timeline.ts';
import type { XOperation } from './protocol.ts';

/** A page of which posts are missing because their fields have moved is no page: the answer is kept, and nothing of it counts. */
export async function refuseUnreadable(
  io: SourceIo,
  operation: XOperation,
  { unreadable, own, context }: Timeline,
  { text }: XAnswer,
): Promise<void> {
  if (unreadable.length === 0) return io.keepRaw(operation, text, 'asked');
  await io.keepRaw(operation, text, 'changed');
  const all = unreadable.length + own.length + context.length;
  throw new NexusError(
    'upstream-changed',
    `X has changed: ${unreadable.length} of ${all} posts of ${operation} cannot be read. The answer was kept. Run \`nexus x refresh\`, and if that does not help, update Nexus.`,
  );
}
