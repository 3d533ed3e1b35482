import type { RunCounts, RunKind, RunSpec, RunStage } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';

/** A run as its stages see it. */
export interface RunAtWork {
  readonly id: string;
  readonly orgId: string;
  readonly campaignId: string | null;
  readonly kind: RunKind;
  readonly spec: RunSpec;
  /** Spent so far, in US dollars. */
  readonly costUsd: number;
}

/** What one unit of work changed. Numbers are added to the run's counts, `droppedBy` key by key. */
export interface Done {
  readonly counts?: Partial<Omit<RunCounts, 'droppedBy'>> & { readonly droppedBy?: Record<string, number> };
  readonly costUsd?: number;
}

export interface StageIo {
  readonly ports: WorkerPorts;
  readonly run: RunAtWork;
  /** Aborted by a cancel, a lost lease and the end of the process. Pass it on. */
  readonly signal: AbortSignal;
  /**
   * Writes a unit of work: one transaction with the run's counts and cost, only while the run is still ours and not canceled. Rows of
   * that transaction and counts are there together or not at all, so a unit is never counted twice. Never wait for the network in it.
   */
  commit(write: (tx: Tx) => Promise<Done>): Promise<void>;
}

/** What a run waits for. `source` is whom it names: a source's id, or the stage. */
export interface Wait {
  readonly source: string;
  readonly until: Date;
  readonly detail: string;
}

/**
 * One part of a run. `step` does a small unit (a page, a conversation, a batch) and commits it; what is left to do is read from the
 * rows each time, so that a killed process goes on where it stood. `NexusError`s that may be tried again make the run wait
 * (`retryAfterSeconds`, else by backing off); others end it with their words. A stage that knows for whom it waits answers so.
 */
export interface Stage {
  readonly name: RunStage;
  /** Kinds of run that have it. */
  readonly kinds: readonly RunKind[];
  step(io: StageIo): Promise<'more' | 'done' | Wait>;
}
