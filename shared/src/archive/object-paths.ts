/** Where files of an item live in the bucket `media`. The first folder is the organisation: storage policies rest on it. */
export const itemPrefix = (orgId: string, itemId: string): string => `${orgId}/${itemId}/`;
export const uploadPrefix = (orgId: string, uploadId: string): string => `${orgId}/uploads/${uploadId}/`;

/** A name that is safe in an object name and still recognisable: no separators, no controls, at most 100 characters. */
export function safeName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const cleaned = last
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/[^\x20-\x7e]/g, '_')
    .replace(/^[.-]+/, '')
    .slice(-100);
  return cleaned === '' ? 'file' : cleaned;
}
