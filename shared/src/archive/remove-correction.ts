import type { Context } from '../platform/index.ts';
import type { CorrectionOutcome } from './corrections-contracts.ts';
import { setCorrectionRemoved } from './set-correction-removed.ts';

/** Takes a correction back: what lay under it shows again. It stays in the history. */
export const removeCorrection = (
  ctx: Context,
  input: { itemId: string; correctionId: string },
): Promise<CorrectionOutcome> => setCorrectionRemoved(ctx, input, true);
