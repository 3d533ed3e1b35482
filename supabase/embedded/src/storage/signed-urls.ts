import { z } from 'zod';
import { asCaller, type StorageDatabase } from './as-caller.ts';
import { type Caller, SERVICE, type Tokens } from './caller.ts';
import { assertMayStore, findObject } from './object-rows.ts';
import { StorageError } from './storage-error.ts';

export const SignQuery = z.object({ expiresIn: z.number().int().min(1), versionId: z.string().nullish() });
export const SignManyQuery = z.object({ expiresIn: z.number().int().min(1), paths: z.array(z.string()).min(1) });

/** Supabase's life of an upload token. */
const UPLOAD_TOKEN_SECONDS = 2 * 60 * 60;

const DownloadClaims = z.object({ url: z.string(), exp: z.number(), upsert: z.never().optional() });
const UploadClaims = z.object({ url: z.string(), upsert: z.boolean(), owner: z.string().nullish() });

export interface SignedUrls {
  /** `{signedURL}` relative to the storage root, as storage-js expects it; the path in it is not percent-encoded. */
  forDownload(
    caller: Caller,
    bucketId: string,
    name: string,
    query: z.infer<typeof SignQuery>,
  ): Promise<{ signedURL: string }>;
  forDownloads(
    caller: Caller,
    bucketId: string,
    query: z.infer<typeof SignManyQuery>,
  ): Promise<{ error: string | null; path: string; signedURL: string | null }[]>;
  forUpload(caller: Caller, bucketId: string, name: string, upsert: boolean): Promise<{ url: string; token: string }>;
  /** Answers when the URL ends, in seconds since 1970. Throws when the token is not for this object. */
  checkDownload(token: string | null, bucketId: string, name: string): Promise<number>;
  /** The token stands for its maker: the upload runs with the service's rights and the maker's id as owner. */
  checkUpload(token: string | null, bucketId: string, name: string): Promise<{ caller: Caller; upsert: boolean }>;
}

export function createSignedUrls(database: StorageDatabase, tokens: Tokens): SignedUrls {
  async function sign(url: string, expiresIn: number): Promise<string> {
    return `/object/sign/${url}?token=${await tokens.sign({ url }, expiresIn)}`;
  }

  async function claimsFor<Claims extends { url: string }>(
    schema: z.ZodType<Claims>,
    token: string | null,
    url: string,
  ): Promise<Claims> {
    if (!token) throw new StorageError('InvalidSignature', 'The token is missing');
    const claims = schema.safeParse(await tokens.verify(token));
    if (!claims.success || claims.data.url.normalize('NFC') !== url) throw new StorageError('InvalidSignature');
    return claims.data;
  }

  return {
    async forDownload(caller, bucketId, name, { expiresIn, versionId }) {
      const object = await asCaller(database, caller, (tx) => findObject(tx, bucketId, name));
      if (versionId && versionId !== object.version) throw new StorageError('NoSuchKey');
      return { signedURL: await sign(`${bucketId}/${name}`, expiresIn) };
    },

    async forDownloads(caller, bucketId, { expiresIn, paths }) {
      const { rows } = await asCaller(database, caller, (tx) =>
        tx.query<{ name: string }>('select name from storage.objects where bucket_id = $1 and name = any($2::text[])', [
          bucketId,
          paths.map((path) => path.normalize('NFC')),
        ]),
      );
      const found = new Set(rows.map((row) => row.name));
      return Promise.all(
        paths.map(async (path) =>
          found.has(path.normalize('NFC'))
            ? { error: null, path, signedURL: await sign(`${bucketId}/${path}`, expiresIn) }
            : { error: 'Either the object does not exist or you do not have access to it', path, signedURL: null },
        ),
      );
    },

    async forUpload(caller, bucketId, name, upsert) {
      const draft = { bucketId, name, version: crypto.randomUUID(), metadata: {}, userMetadata: null };
      await assertMayStore(database, caller, draft, upsert);
      const url = `${bucketId}/${name}`;
      const owner = caller.ownerId === null ? {} : { owner: caller.ownerId };
      const token = await tokens.sign({ url, upsert, ...owner }, UPLOAD_TOKEN_SECONDS);
      return { url: `/object/upload/sign/${url}?token=${token}`, token };
    },

    checkDownload: async (token, bucketId, name) => (await claimsFor(DownloadClaims, token, `${bucketId}/${name}`)).exp,

    async checkUpload(token, bucketId, name) {
      const { upsert, owner } = await claimsFor(UploadClaims, token, `${bucketId}/${name}`);
      return { caller: { ...SERVICE, ownerId: owner ?? null }, upsert };
    },
  };
}
