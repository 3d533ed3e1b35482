import { tick } from 'svelte';

const SETTLING_FRAMES = 8;

/** Scrolls something into the middle, gently unless its reader asked for calm. */
export function scrollTo(element: Element | null | undefined, behavior: ScrollBehavior): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element?.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : behavior });
}

/** The same far away: what was never drawn has a guessed height; as it is drawn the place moves, and is gone to again. */
export async function reveal(find: () => Element | null | undefined): Promise<void> {
  for (let frame = 0; frame < SETTLING_FRAMES; frame++) {
    await tick();
    scrollTo(find(), 'auto');
    await new Promise(requestAnimationFrame);
  }
}
