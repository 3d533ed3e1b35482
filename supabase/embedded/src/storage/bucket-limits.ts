import { StorageError } from './storage-error.ts';

const BYTES_PER_UNIT: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** `20MB` as bytes (units of 1000, as Supabase counts). Null means no limit of the bucket's own. */
export function sizeLimitBytes(limit: number | string | null | undefined, maxFileBytes: number): number | null {
  if (limit === null || limit === undefined) return null;
  const match = typeof limit === 'string' ? /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i.exec(limit) : null;
  const bytes =
    typeof limit === 'number' ? limit : match ? Number(match[1]) * BYTES_PER_UNIT[match[2]!.toLowerCase()]! : NaN;
  if (Number.isNaN(bytes)) {
    throw new StorageError('InvalidRequest', 'Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B');
  }
  if (bytes > maxFileBytes) throw new StorageError('EntityTooLarge');
  return Math.round(bytes);
}

/** Throws `InvalidMimeType` unless the bucket takes this type. Parameters such as `charset` do not matter. */
export function assertTypeAllowed(bucket: { allowed_mime_types: string[] | null }, contentType: string): void {
  const allowed = bucket.allowed_mime_types;
  if (!allowed || allowed.length === 0) return;
  const [type = '', subtype] = (contentType.split(';')[0] ?? '').trim().toLowerCase().split('/');
  if (subtype && allowed.some((entry) => [`${type}/${subtype}`, `${type}/*`, '*/*'].includes(entry.toLowerCase())))
    return;
  throw new StorageError('InvalidMimeType', `mime type ${contentType} is not supported`);
}
