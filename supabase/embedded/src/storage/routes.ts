import { BucketChange, BucketQuery, NewBucket } from './buckets.ts';
import { type Answer, type Call, callOf, decode, parse, type RouteParts } from './call.ts';
import { listObjects, ListQuery, listObjectsV2, ListV2Query } from './list-objects.ts';
import { objectKey } from './object-key.ts';
import { Move, objectInfo, Removal } from './object-operations.ts';
import {
  copy,
  downloadSigned,
  findPublic,
  findReadable,
  purgeCache,
  removeOne,
  serve,
  signUpload,
  upload,
  uploadSigned,
} from './object-routes.ts';
import { SignManyQuery, SignQuery } from './signed-urls.ts';
import { StorageError } from './storage-error.ts';

/** Tried in order: the fixed words Supabase reserves come before bucket names. */
const ROUTES: [method: string, pattern: RegExp, handle: (call: Call, ...args: string[]) => Promise<Answer>][] = [
  ['POST', /^bucket\/?$/, async (c) => c.parts.buckets.create(await c.caller(), await c.body(NewBucket))],
  [
    'GET',
    /^bucket\/?$/,
    async (c) => c.parts.buckets.list(await c.caller(), parse(BucketQuery, Object.fromEntries(c.query))),
  ],
  ['GET', /^bucket\/([^/]+)$/, async (c, id) => c.parts.buckets.get(await c.caller(), id!)],
  [
    'PUT',
    /^bucket\/([^/]+)$/,
    async (c, id) => c.parts.buckets.update(await c.caller(), id!, await c.body(BucketChange)),
  ],
  ['POST', /^bucket\/([^/]+)\/empty$/, async (c, id) => c.parts.buckets.empty(await c.caller(), id!)],
  ['DELETE', /^bucket\/([^/]+)$/, async (c, id) => c.parts.buckets.delete(await c.caller(), id!)],
  ['*', /^bucket\/[^/]+\/lifecycle$/, async () => refuse('bucket lifecycles')],
  ['DELETE', /^cdn\/.+$/, purgeCache],
  ['*', /^render\/.*$/, async () => refuse('image transformations')],

  ['POST', /^object\/move$/, async (c) => c.parts.objects.move(await c.caller(), await c.body(Move))],
  ['POST', /^object\/copy$/, copy],
  [
    'POST',
    /^object\/list\/([^/]+)$/,
    async (c, id) => listObjects(c.parts.database, await c.caller(), id!, await c.body(ListQuery)),
  ],
  [
    'POST',
    /^object\/list-v2\/([^/]+)$/,
    async (c, id) => listObjectsV2(c.parts.database, await c.caller(), id!, await c.body(ListV2Query)),
  ],
  ['POST', /^object\/upload\/sign\/([^/]+)\/(.+)$/, signUpload],
  ['PUT', /^object\/upload\/sign\/([^/]+)\/(.+)$/, uploadSigned],
  [
    'POST',
    /^object\/sign\/([^/]+)$/,
    async (c, id) => c.parts.signedUrls.forDownloads(await c.caller(), id!, await c.body(SignManyQuery)),
  ],
  [
    'POST',
    /^object\/sign\/([^/]+)\/(.+)$/,
    async (c, id, name) =>
      c.parts.signedUrls.forDownload(await c.caller(), id!, objectKey(name!), await c.body(SignQuery)),
  ],
  ['GET', /^object\/sign\/([^/]+)\/(.+)$/, downloadSigned],
  ['GET', /^object\/info\/public\/([^/]+)\/(.+)$/, async (c, id, name) => objectInfo(await findPublic(c, id!, name!))],
  [
    'GET',
    /^object\/info\/(?:authenticated\/)?([^/]+)\/(.+)$/,
    async (c, id, name) => objectInfo(await findReadable(c, id!, name!)),
  ],
  ['GET', /^object\/public\/([^/]+)\/(.+)$/, async (c, id, name) => serve(c, () => findPublic(c, id!, name!))],
  [
    'GET',
    /^object\/(?:authenticated\/)?([^/]+)\/(.+)$/,
    async (c, id, name) => serve(c, () => findReadable(c, id!, name!)),
  ],
  [
    'POST',
    /^object\/([^/]+)\/(.+)$/,
    async (c, id, name) => upload(c, id!, name!, c.request.headers.get('x-upsert') === 'true'),
  ],
  ['PUT', /^object\/([^/]+)\/(.+)$/, async (c, id, name) => upload(c, id!, name!, true)],
  [
    'DELETE',
    /^object\/([^/]+)$/,
    async (c, id) => c.parts.objects.remove(await c.caller(), id!, await c.body(Removal)),
  ],
  ['DELETE', /^object\/([^/]+)\/(.+)$/, removeOne],
];

/** Answers one request; `path` is what follows the mount point, still percent-encoded. Throws `StorageError`. */
export async function route(parts: RouteParts, request: Request, path: string): Promise<Response> {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  for (const [wanted, pattern, handle] of ROUTES) {
    const match = wanted === '*' || wanted === method ? pattern.exec(path) : null;
    if (!match) continue;
    const answer = await handle(callOf(parts, request), ...match.slice(1).map(decode));
    return answer instanceof Response ? answer : Response.json(answer);
  }
  throw new StorageError('NoSuchRoute', `Route ${request.method}:/${path} not found`);
}

function refuse(feature: string): never {
  throw new StorageError('FeatureNotEnabled', `The embedded storage does not offer ${feature}`);
}
