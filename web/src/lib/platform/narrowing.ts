import { goto } from '$app/navigation';

/** What becomes different, or how that is told from what was asked for last. */
export type Narrowing<Filter> = Partial<Filter> | ((asked: Filter) => Partial<Filter>);

/**
 * Changes a filter that stands in the address. A change made while the page of the one before is still on its way builds on
 * that one, not on what is shown.
 */
export function narrowing<Filter extends object>(
  shown: () => Filter,
  addressOf: (filter: Filter) => string,
): (change: Narrowing<Filter>) => Promise<void> {
  let asked: Filter | undefined;
  return async (change) => {
    const before = asked ?? shown();
    const next = { ...before, ...(typeof change === 'function' ? change(before) : change) };
    asked = next;
    try {
      await goto(addressOf(next), { replace: true, reset: false });
    } finally {
      if (asked === next) asked = undefined;
    }
  };
}
