/** What Postgres can hold: neither U+0000 nor halves of surrogate pairs, which pass JSON, files and models. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '');

/** At most so many UTF-16 units, without half a character at the end. */
export const cutText = (text: string, most: number): string => storableText(text.slice(0, most)).replace(/\uFFFD$/, '');

/** For names and titles: controls become spaces, and what turns the direction of reading is gone (`exe.3pm` posing as `mp3.exe`). */
export const oneLine = (text: string): string =>
  storableText(text)
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
