import { StorageError } from './storage-error.ts';

/** S3's limit, which Supabase keeps. */
const MAX_KEY_BYTES = 1024;

const BUCKET_NAME = /^[\w!.*'() &$@=;:+,?-]{1,100}$/;
const ASCII_KEY = /^[\w/!.*'() &$@=;:+,?-]$/;
/** Control and invisible characters outside ASCII. The two joiners stay: emoji and Indic scripts need them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u{34f}\u{fffe}\u{ffff}]/u;
const JOINERS = new Set(['\u200c', '\u200d']);

/** The one spelling under which an object is stored and found: macOS sends decomposed accents, others composed ones. */
export function objectKey(name: string): string {
  const key = name.normalize('NFC');
  if (!isValidKey(key)) throw new StorageError('InvalidKey', `Invalid key: ${name.slice(0, 200)}`);
  return key;
}

/** Accepts what Supabase accepts: S3's safe ASCII and visible Unicode, no `.` or `..` segments, at most 1024 bytes. */
function isValidKey(key: string): boolean {
  if (key === '' || Buffer.byteLength(key) > MAX_KEY_BYTES || !key.isWellFormed()) return false;
  if (key.split('/').some((segment) => segment === '.' || segment === '..')) return false;
  return Array.from(key).every((character) =>
    character.codePointAt(0)! < 0x80 ? ASCII_KEY.test(character) : JOINERS.has(character) || !INVISIBLE.test(character),
  );
}

export function assertBucketName(name: string): void {
  if (!BUCKET_NAME.test(name) || name.trim() !== name) throw new StorageError('InvalidBucketName');
}
