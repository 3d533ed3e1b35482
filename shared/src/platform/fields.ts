import type { z } from 'zod';

/** What is wrong with an input, by the path of each field (`secret.apiKey`, `steps.0.name`); `body` when it is the whole. */
export function fieldsOf(error: z.core.$ZodError, prefix = ''): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const issue of error.issues) {
    for (const path of pathsOf(issue)) {
      const name = [prefix, ...path.map(String)].filter(Boolean).join('.') || 'body';
      (fields[name] ??= []).push(issue.message);
    }
  }
  return fields;
}

/** Zod reports keys that nobody asked for on their parent; a reader looks for the key itself. */
function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
  return [issue.path];
}
