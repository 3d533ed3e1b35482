import type { Upload } from '@tus/server';
import type { Caller } from './caller.ts';
import { objectKey } from './object-key.ts';
import type { SignedUrls } from './signed-urls.ts';
import { StorageError } from './storage-error.ts';

/** Who uploads, and whether an existing object may be replaced; one per request. */
export interface UploadSession {
  caller: Caller | null;
  signature: string | null;
  isSigned: boolean;
  upsert: boolean;
}

export interface UploadTarget {
  bucketId: string;
  name: string;
}

export interface UploadRights {
  caller: Caller;
  upsert: boolean;
}

/** The object a client named when it began; checked anew each time, since it comes from a header or a file. */
export function targetOf(metadata: Upload['metadata']): UploadTarget {
  if (!metadata?.bucketName) {
    throw new StorageError('InvalidRequest', 'The metadata must name bucketName and objectName');
  }
  return { bucketId: metadata.bucketName, name: objectKey(metadata.objectName ?? '') };
}

/** In whose name this request uploads: the token of a signed upload URL, or the caller's own. */
export async function uploadRights(
  signedUrls: SignedUrls,
  session: UploadSession | undefined,
  target: UploadTarget,
): Promise<UploadRights> {
  if (session?.isSigned) return signedUrls.checkUpload(session.signature, target.bucketId, target.name);
  if (!session?.caller) throw new StorageError('AccessDenied', 'The authorization header is missing');
  return { caller: session.caller, upsert: session.upsert };
}
