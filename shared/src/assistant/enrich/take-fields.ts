import { z } from 'zod';

export type Fields = Record<string, z.ZodType>;
export type FieldValues<Shape extends Fields> = { [Name in keyof Shape]?: z.output<Shape[Name]> };

/**
 * What can be kept of answers that do not fit as a whole, newest first: each field from the first answer in which it fits, of
 * lists at least the entries that do. The rest is named with its reason. Null when nothing at all can be kept.
 */
export function takeFields<Shape extends Fields>(
  shape: Shape,
  answers: readonly unknown[],
): { value: FieldValues<Shape>; gaps: Partial<Record<keyof Shape, string>> } | null {
  const objects = answers.filter((answer) => z.looseObject({}).safeParse(answer).success) as Record<string, unknown>[];
  const value: FieldValues<Shape> = {};
  const gaps: Partial<Record<keyof Shape, string>> = {};
  let isGiven = false;
  for (const name of Object.keys(shape) as (keyof Shape & string)[]) {
    const taken = takeField(shape[name]!, objects, name);
    if ('value' in taken) value[name] = taken.value as z.output<Shape[typeof name]>;
    else gaps[name] = taken.problem;
    isGiven ||= 'isGiven' in taken;
  }
  return isGiven ? { value, gaps } : null;
}

function takeField(
  schema: z.ZodType,
  answers: readonly Record<string, unknown>[],
  name: string,
): { value: unknown; isGiven?: true } | { problem: string } {
  const given = answers.filter((answer) => answer[name] !== undefined).map((answer) => answer[name]);
  for (const candidate of given) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return { value: parsed.data, isGiven: true };
  }
  for (const candidate of given) {
    if (!Array.isArray(candidate)) continue;
    const fitting = candidate.filter((entry) => schema.safeParse([entry]).success);
    if (fitting.length > 0) return { value: schema.parse(fitting), isGiven: true };
  }
  const without = schema.safeParse(undefined);
  if (given.length === 0 && without.success) return { value: without.data };
  return {
    problem:
      given.length === 0
        ? 'The model left it out, twice.'
        : 'The model answered in another form than asked for, twice.',
  };
}
