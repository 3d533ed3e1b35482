import { NexusError } from '../../platform/index.ts';
import { RE2JS } from 're2js';

/**
 * Patterns run on RE2's engine, in time that grows with the text alone: none explodes. What remains is how much of a text is
 * looked at, and how large a pattern gets when its repetitions are written out: 1,000 steps on 5,000 characters take a tenth of a
 * second at the worst.
 */
const LONGEST_TEXT = 5_000;
const LARGEST_PROGRAM = 1_000;

const compiled = new Map<string, RE2JS>();

/** `invalid-input` names each pattern that cannot be used, by its path in the request. */
export function checkPatterns(patterns: readonly string[], path = 'query.excludePatterns'): void {
  const fields: Record<string, string[]> = {};
  for (const [index, pattern] of patterns.entries()) {
    const problem = problemOf(pattern);
    if (problem) fields[`${path}.${index}`] = [problem];
  }
  if (Object.keys(fields).length > 0)
    throw new NexusError('invalid-input', 'A pattern of what to exclude cannot be used.', { fields });
}

/** What the pattern matches in the text, or null. Case does not count. `invalid-input` when the pattern cannot be used. */
export function findPattern(pattern: string, text: string): string | null {
  let engine = compiled.get(pattern);
  if (!engine) {
    checkPatterns([pattern]);
    engine = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    if (compiled.size > 500) compiled.clear();
    compiled.set(pattern, engine);
  }
  const matcher = engine.matcher(text.slice(0, LONGEST_TEXT));
  return matcher.find() ? (matcher.group() ?? '') : null;
}

function problemOf(pattern: string): string | null {
  let engine: RE2JS;
  try {
    engine = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith('RE2JS'))) throw error;
    return `${error.message.replace(/^error parsing regexp: /, '')}. Written as RE2 has it: no look-around and no back-references.`;
  }
  if (engine.programSize() > LARGEST_PROGRAM) return 'Its repetitions make it too large: use smaller ones.';
  if (/\\b/i.test(pattern) && /(?=\P{ASCII})\p{L}/u.test(pattern))
    return String.raw`\b knows the letters a to z alone: leave it out, or write (^|\P{L}) and (\P{L}|$).`;
  if (engine.test('')) return 'It matches an empty text, so it would put every post aside.';
  return null;
}
