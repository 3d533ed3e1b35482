import { type Answer, type Call, decode } from './call.ts';
import { SERVICE } from './caller.ts';
import { objectKey } from './object-key.ts';
import { Copy } from './object-operations.ts';
import type { ObjectRow } from './object-rows.ts';
import { parseMetadata } from './receive-body.ts';
import { serveObject, type ServeOptions } from './serve-object.ts';
import { StorageError } from './storage-error.ts';

/** There is no cache in front of the embedded storage, so it is always purged; the right to ask is the service's. */
export async function purgeCache(call: Call): Promise<Answer> {
  if ((await call.caller()).role !== 'service_role') throw new StorageError('AccessDenied');
  return { message: 'success' };
}

export async function copy(call: Call): Promise<Answer> {
  const metadata = call.request.headers.get('x-metadata');
  return call.parts.objects.copy(await call.caller(), await call.body(Copy), {
    upsert: call.request.headers.get('x-upsert') === 'true',
    userMetadata: parseMetadata(metadata && Buffer.from(metadata, 'base64').toString('utf8')),
  });
}

export async function upload(call: Call, bucketId: string, name: string, upsert: boolean): Promise<Answer> {
  const key = objectKey(name);
  const id = await call.parts.uploads.fromRequest(await call.caller(), call.request, bucketId, key, upsert);
  return { Id: id, Key: `${bucketId}/${key}` };
}

export async function signUpload(call: Call, bucketId = '', name = ''): Promise<Answer> {
  const key = objectKey(name);
  await call.parts.buckets.limitsOf(bucketId);
  return call.parts.signedUrls.forUpload(
    await call.caller(),
    bucketId,
    key,
    call.request.headers.get('x-upsert') === 'true',
  );
}

export async function uploadSigned(call: Call, bucketId = '', name = ''): Promise<Answer> {
  const key = objectKey(name);
  const { caller, upsert } = await call.parts.signedUrls.checkUpload(call.query.get('token'), bucketId, key);
  const id = await call.parts.uploads.fromRequest(caller, call.request, bucketId, key, upsert);
  return { Id: id, Key: `${bucketId}/${key}` };
}

export async function removeOne(call: Call, bucketId = '', name = ''): Promise<Answer> {
  const removed = await call.parts.objects.remove(await call.caller(), bucketId, { prefixes: [name] });
  if (removed.length === 0) throw new StorageError('NoSuchKey');
  return { message: 'Successfully deleted' };
}

export async function findPublic(call: Call, bucketId: string, name: string): Promise<ObjectRow> {
  if (!(await call.parts.buckets.limitsOf(bucketId)).public) throw new StorageError('NoSuchBucket');
  return call.parts.objects.find(SERVICE, bucketId, objectKey(name), call.query.get('versionId'));
}

/** A public bucket is open to all; in a private one the policies decide. */
export async function findReadable(call: Call, bucketId: string, name: string): Promise<ObjectRow> {
  const isPublic = (await call.parts.buckets.limitsOf(bucketId)).public;
  const caller = isPublic ? SERVICE : await call.parts.tokens.callerOf(call.request);
  if (!caller) throw new StorageError('NoSuchBucket');
  return call.parts.objects.find(caller, bucketId, objectKey(name), call.query.get('versionId'));
}

export async function downloadSigned(call: Call, bucketId = '', name = ''): Promise<Answer> {
  const key = objectKey(name);
  const expiresAt = await call.parts.signedUrls.checkDownload(call.query.get('token'), bucketId, key);
  const download = call.query.get('download');
  return serve(call, () => call.parts.objects.find(SERVICE, bucketId, key), {
    // storage-js encodes this name twice for signed URLs alone; undone here, or every name that is not ASCII is garbled.
    download: download && /%[0-9A-F]{2}/.test(download) ? decode(download) : download,
    expiresAt,
  });
}

export async function serve(
  call: Call,
  find: () => Promise<ObjectRow>,
  options: ServeOptions = { download: call.query.get('download') },
): Promise<Response> {
  // Twice at most: a file that went between row and disk was replaced a moment ago, and the new row knows better.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const object = await find();
    const path = call.parts.files.pathOf({ bucketId: object.bucket_id, name: object.name, version: object.version });
    const response = path && (await serveObject(call.request, object, path, options));
    if (response) return response;
  }
  throw new StorageError('NoSuchKey');
}
