import type { z } from 'zod';
import type { StorageDatabase } from './as-caller.ts';
import type { Buckets } from './buckets.ts';
import type { Caller, Tokens } from './caller.ts';
import type { ObjectFiles } from './object-files.ts';
import type { ObjectOperations } from './object-operations.ts';
import { noBytes, readText } from './receive-body.ts';
import type { SignedUrls } from './signed-urls.ts';
import { StorageError } from './storage-error.ts';
import type { Uploads } from './uploads.ts';

export interface RouteParts {
  database: StorageDatabase;
  files: ObjectFiles;
  buckets: Buckets;
  objects: ObjectOperations;
  uploads: Uploads;
  signedUrls: SignedUrls;
  tokens: Tokens;
}

/** One request and everything that can answer it. */
export interface Call {
  request: Request;
  query: URLSearchParams;
  parts: RouteParts;
  /** Throws `AccessDenied` without credentials. */
  caller(): Promise<Caller>;
  body<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>;
}

/** Anything but a response is answered as JSON. */
export type Answer = Response | object;

export function callOf(parts: RouteParts, request: Request): Call {
  return {
    request,
    parts,
    query: new URL(request.url).searchParams,
    async caller() {
      const caller = await parts.tokens.callerOf(request);
      if (!caller) throw new StorageError('AccessDenied', `headers must have required property 'authorization'`);
      return caller;
    },
    async body(schema) {
      try {
        return parse(schema, JSON.parse(await readText(request.body ?? noBytes())));
      } catch (error) {
        if (error instanceof SyntaxError)
          throw new StorageError('InvalidRequest', 'The body is no JSON', { cause: error });
        throw error;
      }
    },
  };
}

/** A part of a path. Throws `InvalidKey` when it is no valid encoding. */
export function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError)
      throw new StorageError('InvalidKey', `Invalid key: ${segment.slice(0, 200)}`, { cause: error });
    throw error;
  }
}

/** Throws `InvalidRequest` naming the first field that is wrong. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new StorageError('InvalidRequest', `body/${issue?.path.join('/') ?? ''} ${issue?.message ?? 'is not valid'}`);
}
