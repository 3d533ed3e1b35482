import type { Upload } from '@nexus/shared/archive';
import type { Api } from '#lib/platform/api.ts';

/** Supabase takes parts of exactly this size, the last one excepted. */
const PART_BYTES = 6 * 1024 * 1024;

interface SendOptions {
  api: Api;
  fetch: typeof fetch;
  supabaseUrl: string;
}

/** Stores a file by the way every upload takes (TUS 1.0), so size, quota and kind are checked alike. Answers its path in the store. */
export async function sendSharedFile(file: File, { api, fetch, supabaseUrl }: SendOptions): Promise<string> {
  const upload = await api.post<Upload>('/media/uploads', { name: file.name, sizeBytes: file.size });
  const headers = { 'tus-resumable': '1.0.0', 'x-signature': upload.token };
  const metadata = {
    bucketName: upload.bucket,
    objectName: upload.path,
    contentType: file.type || 'application/octet-stream',
  };
  const endpoint = supabaseUrl + upload.resumableUrl;
  const created = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'upload-length': String(file.size), 'upload-metadata': encodeMetadata(metadata) },
  });
  const location = created.headers.get('location');
  if (!created.ok || !location) throw new Error(`The store answered ${created.status} to a new upload`);

  for (let offset = 0; offset < file.size; offset += PART_BYTES) {
    const sent = await fetch(new URL(location, endpoint), {
      method: 'PATCH',
      headers: { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      body: file.slice(offset, offset + PART_BYTES),
    });
    if (!sent.ok) throw new Error(`The store answered ${sent.status} to a part of an upload`);
  }
  return upload.path;
}

/** `key base64,key base64`, as TUS has it. */
const encodeMetadata = (metadata: Record<string, string>): string =>
  Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
