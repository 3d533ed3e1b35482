import { STEP_JOBS } from '@nexus/shared/archive';
import { type Handler, handle } from '../platform/handle.ts';
import { runStep } from './run-step.ts';
import type { Step } from './step.ts';
import { acquire } from './steps/acquire.ts';
import { enrich } from './steps/enrich.ts';
import { fingerprint } from './steps/fingerprint.ts';
import { indexText } from './steps/index-text.ts';
import { normalise } from './steps/normalise.ts';
import { transcribe } from './steps/transcribe.ts';

/** The order of work, as `STEP_NAMES` has it. */
export const processItem: readonly Step[] = [acquire, normalise, fingerprint, transcribe, enrich, indexText];

/** One handler per step, each on its step's queue. */
export const STEP_HANDLERS: readonly Handler<never>[] = processItem.map(
  (step) =>
    handle(STEP_JOBS[step.name], (payload, ports, io) =>
      runStep(step, payload, ports, io),
    ) as unknown as Handler<never>,
);
