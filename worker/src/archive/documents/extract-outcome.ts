import { PROBLEMS, type ProblemCode } from '@nexus/shared/platform';
import { z } from 'zod';
import { ExtractedDocument } from './extracted-document.ts';

const Code = z.custom<ProblemCode>((value) => typeof value === 'string' && value in PROBLEMS);

/** What the child leaves in its result file for the parent. The child may have been taken over, so it is checked. */
export const ExtractOutcome = z.union([
  z.object({ document: ExtractedDocument }),
  z.object({ problem: z.object({ code: Code, detail: z.string().max(1000), cause: z.string() }) }),
]);
export type ExtractOutcome = z.infer<typeof ExtractOutcome>;
