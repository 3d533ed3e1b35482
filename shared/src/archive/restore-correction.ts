import type { Context } from '../platform/index.ts';
import type { CorrectionOutcome } from './corrections-contracts.ts';
import { setCorrectionRemoved } from './set-correction-removed.ts';

/** Puts a correction back that was taken back. */
export const restoreCorrection = (
  ctx: Context,
  input: { itemId: string; correctionId: string },
): Promise<CorrectionOutcome> => setCorrectionRemoved(ctx, input, false);
