import { z } from 'zod';
import type { NexusError } from '../../platform/errors.ts';
import { upstreamProblem } from './upstream-problem.ts';

/** An error where an answer was due, as every service and proxy writes it: `{"error": {message, code, type, status}}`. */
const ErrorInside = z.object({
  error: z.object({
    message: z.string().default('no reason given'),
    code: z.union([z.number(), z.string()]).nullish(),
    type: z.string().nullish(),
    status: z.union([z.number(), z.string()]).nullish(),
  }),
});

/** The status an error would have had, by the words services use for it, in order. */
const STATUS_BY_WORD: readonly (readonly [RegExp, number])[] = [
  [/insufficient_quota|billing|credit/i, 402],
  [/rate.?limit|resource.?exhausted|too.?many/i, 429],
  [/authentication|unauthenticated|invalid.?api.?key|permission/i, 403],
  [/overloaded|unavailable|internal|server.?error|api_error|timeout|deadline/i, 503],
];

/** Reads an error that came with status 200 or inside a stream; undefined when there is none. */
export function errorInside(label: string, keyName: string, answer: unknown): NexusError | undefined {
  const parsed = ErrorInside.safeParse(answer);
  if (!parsed.success) return undefined;
  const { message, code, type, status } = parsed.data.error;
  const told = [code, status].map(Number).find((number) => number >= 400 && number < 600);
  const words = [code, type, status].join(' ');
  const meant = told ?? STATUS_BY_WORD.find(([word]) => word.test(words))?.[1] ?? 400;
  return upstreamProblem(label, keyName, { status: meant, message }, parsed.data);
}
