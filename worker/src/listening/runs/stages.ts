import type { Stage } from './stage.ts';

/** What a run does, in this order; each stage names the kinds of run that have it. */
export const STAGES: readonly Stage[] = [
  // One line each.
];
