import { NexusError } from '../../platform/index.ts';
import type { OpportunityState } from './opportunity-contracts.ts';

/** Where each state may lead. What is closed is opened again before anything else is done with it. */
const NEXT: Record<OpportunityState, readonly OpportunityState[]> = {
  new: ['drafted', 'waiting', 'done', 'dismissed', 'snoozed'],
  drafted: ['new', 'waiting', 'done', 'dismissed', 'snoozed'],
  waiting: ['new', 'drafted', 'done', 'dismissed', 'snoozed'],
  snoozed: ['new', 'drafted', 'waiting', 'done', 'dismissed', 'snoozed'],
  done: ['new', 'drafted', 'waiting'],
  dismissed: ['new', 'drafted', 'waiting'],
};

/** Throws `conflict` for a step that is not allowed. Staying where one is always is. */
export function requireStep(from: OpportunityState, to: OpportunityState): void {
  if (from === to || NEXT[from].includes(to)) return;
  throw new NexusError(
    'conflict',
    `This opportunity is ${from} and cannot become ${to}. Set it to one of these first: ${NEXT[from].join(', ')}.`,
  );
}
