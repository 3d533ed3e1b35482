import { Cron } from 'croner';
import { NexusError } from '../../platform/index.ts';

/** When a campaign runs next by itself, by the clocks of its time zone. */
export function nextRunAt(cron: string, timeZone: string, now: Date): Date | null {
  return new Cron(cron, { timezone: timeZone }).nextRun(now);
}

/** Throws `invalid-input` on `cron` for what is no schedule, and for one that never comes. */
export function checkCron(cron: string, timeZone: string, now: Date): Date {
  const problem = (detail: string) => new NexusError('invalid-input', detail, { fields: { cron: [detail] } });
  // Croner takes seconds and nicknames too; five fields are what is documented.
  if (cron.split(/\s+/).length !== 5)
    throw problem('A schedule has five fields: minute, hour, day of the month, month, day of the week.');
  const next = parse(cron, timeZone, now);
  if (next === undefined) throw problem('This is no cron expression. “0 */2 * * *” is every two hours.');
  if (next === null) throw problem('This schedule never comes.');
  return next;
}

/** Undefined for what cannot be read: croner throws plain errors of more than one class. */
function parse(cron: string, timeZone: string, now: Date): Date | null | undefined {
  try {
    return nextRunAt(cron, timeZone, now);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
