/** A part of an answer whose shape is not promised. */
export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the first of the dotted paths leads to that is there: neither absent nor null nor an empty text. */
export function firstOf(node: unknown, paths: readonly string[]): unknown {
  for (const path of paths) {
    const value = at(node, path);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

export function textOf(node: unknown, paths: readonly string[]): string | null {
  const value = firstOf(node, paths);
  return typeof value === 'string' ? value : null;
}

/** Counts come as numbers or as digits. */
export function countOf(node: unknown, paths: readonly string[]): number | null {
  const value = firstOf(node, paths);
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 ? count : null;
}

export function listOf(node: unknown, paths: readonly string[]): readonly Json[] {
  const value = firstOf(node, paths);
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** Paths are data and few: each is taken apart once. */
const keysOf = new Map<string, readonly string[]>();

function at(node: unknown, path: string): unknown {
  let keys = keysOf.get(path);
  if (!keys) keysOf.set(path, (keys = path.split('.')));
  let found = node;
  for (const key of keys) {
    if (!isJson(found)) return undefined;
    found = found[key];
  }
  return found;
}
