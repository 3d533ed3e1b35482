import { z } from 'zod';

/** No network is older than this; dates before it are broken clocks and empty fields. */
const OLDEST_SECONDS = Date.UTC(1990, 0, 1) / 1000;
const NEWEST_SECONDS = Date.UTC(2100, 0, 1) / 1000;

export const EpochSeconds = z.number().min(OLDEST_SECONDS).max(NEWEST_SECONDS);

/** ISO 8601; a space may stand for the T. */
export const Moment = z
  .string()
  .transform((text) => new Date(text.trim().replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')))
  .refine(isPlausible, 'is no date');

export const Count = z.int().nonnegative();

export function isPlausible(date: Date): boolean {
  const seconds = date.getTime() / 1000;
  return seconds >= OLDEST_SECONDS && seconds <= NEWEST_SECONDS;
}

/** Whole pairs, halves of them and zeros, and any other escape, so that an escaped backslash is not taken for a beginning. */
const ESCAPES = /\\u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})|\\u(d[89a-f][\da-f]{2}|0000)|\\[^]/gi;

/**
 * Reads JSON whose texts can be stored and put into addresses: without zero bytes and halves of characters, which escapes can hide.
 * In the text, because a walk through what was read ends the process where it is nested deep. Undefined, which no schema of an answer
 * allows, for what is no JSON.
 */
export function parseJson(body: string): unknown {
  const storable = /\\u(d[89a-f]|0000)/i.test(body)
    ? body.replaceAll(ESCAPES, (escape, _high, _low, lone?: string) =>
        lone === undefined ? escape : lone === '0000' ? '' : '\\ufffd',
      )
    : body;
  try {
    return JSON.parse(storable);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
