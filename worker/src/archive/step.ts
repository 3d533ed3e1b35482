import type { ItemRow, StepName } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import type { AttemptLog } from '../platform/handle.ts';
import type { WorkerPorts } from '../platform/ports.ts';

/** The item as it stood when the attempt began, with what earlier steps left. */
export interface StepItem {
  readonly row: ItemRow;
  /** `output` of the steps done so far. */
  readonly outputs: Readonly<Partial<Record<StepName, unknown>>>;
}

export interface StepIo {
  readonly ports: WorkerPorts;
  /** Aborted on cancel, deletion, shutdown and stall. */
  readonly signal: AbortSignal;
  readonly log: AttemptLog;
  /** Scratch folder of this attempt alone: another may still be ending. Emptied afterwards, unless the step `leavesFiles`. */
  readonly directory: string;
  /** 0 to 1. Any call feeds the watchdog. */
  progress(fraction: number): void;
}

/** The same is there already, as that item. */
export interface Duplicate {
  readonly duplicateOf: string;
}

export interface StepResult {
  readonly outcome: 'done' | 'skipped';
  /** Kept with the step, for later steps. Plain JSON. */
  readonly output?: unknown;
  /** Rows to write. Runs in the transaction that finishes the step and queues the next, unless it answers with an original: then the work ends here. */
  apply?(tx: Tx): Promise<void | Duplicate>;
}

/** One stage of the work on an item. */
export interface Step {
  readonly name: StepName;
  /** Without a call of `progress` for this long, the attempt is given up. */
  readonly stallSeconds: number;
  /** Later steps find what this one left, or not: another worker may run them. Kept until the item rests. */
  readonly leavesFiles?: boolean;
  /** What the result depends on: a finished step with equal inputs is not done again. */
  inputs(item: StepItem): readonly unknown[];
  run(item: StepItem, io: StepIo): Promise<StepResult>;
}
