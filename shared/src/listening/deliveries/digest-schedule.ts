import { Cron } from 'croner';

/** Five fields: nobody wants a digest by the second. */
export function isCron(expression: string): boolean {
  if (expression.split(/\s+/).length !== 5) return false;
  try {
    return new Cron(expression, { paused: true }).nextRun() !== null;
  } catch (error) {
    // What croner throws for an expression it cannot read, and for a field out of its range.
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return false;
    throw error;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The first time after `now`; null without a schedule, and for one that never comes. */
export function nextDigest(cron: string | null, timeZone: string, now: Date): Date | null {
  return cron === null ? null : new Cron(cron, { timezone: timeZone, paused: true }).nextRun(now);
}
