/** The item's warnings with what a step says now instead of what it said the last time. */
export function replaceWarning(warnings: readonly string[], before: string | null, now: string | null): string[] {
  const others = warnings.filter((warning) => warning !== before && warning !== now);
  return now === null ? others : [...others, now];
}
