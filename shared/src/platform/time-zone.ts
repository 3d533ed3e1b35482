import { z } from 'zod';

/** Name of an IANA time zone that this runtime knows. */
export const TimeZone = z.string().max(60).refine(isTimeZone, 'Not an IANA time zone, such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
