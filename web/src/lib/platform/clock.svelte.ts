import { getContext, setContext } from 'svelte';

const TICK_MS = 20_000;

/** One ticking "now" for all relative times of a page. */
export class Clock {
  nowMs = $state(Date.now());

  /** Starts ticking; the returned function stops. */
  run(): () => void {
    this.nowMs = Date.now();
    const timer = setInterval(() => (this.nowMs = Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }
}

const CONTEXT = Symbol('clock');

export const setClock = (clock: Clock): Clock => setContext(CONTEXT, clock);
export const useClock = (): Clock => getContext<Clock>(CONTEXT);
