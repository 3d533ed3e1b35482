/**
 * Every failure the storage server answers with, under Supabase's own codes. `status` is what the body says; over HTTP
 * Supabase answers 400 for every client error of its REST routes and only resumable uploads use the status itself.
 */
const STORAGE_PROBLEMS = {
  NoSuchBucket: { status: 404, error: 'Bucket not found', message: 'Bucket not found' },
  NoSuchKey: { status: 404, error: 'not_found', message: 'Object not found' },
  NoSuchUpload: { status: 404, error: 'NoSuchUpload', message: 'Upload not found' },
  NoSuchRoute: { status: 404, error: 'Not Found', message: 'Route not found' },
  AccessDenied: { status: 403, error: 'Unauthorized', message: 'Access denied' },
  InvalidJWT: { status: 400, error: 'InvalidJWT', message: 'Invalid JWT' },
  InvalidSignature: { status: 400, error: 'InvalidSignature', message: 'Invalid signature' },
  InvalidRequest: { status: 400, error: 'InvalidRequest', message: 'The request is not valid' },
  InvalidBucketName: { status: 400, error: 'Invalid Input', message: 'Bucket name invalid' },
  InvalidKey: { status: 400, error: 'InvalidKey', message: 'Invalid key' },
  InvalidMimeType: { status: 415, error: 'invalid_mime_type', message: 'mime type is not supported' },
  InvalidRange: { status: 416, error: 'invalid_range', message: 'invalid range provided' },
  EntityTooLarge: {
    status: 413,
    error: 'Payload too large',
    message: 'The object exceeded the maximum allowed size',
  },
  QuotaExceeded: {
    status: 413,
    error: 'quota-exceeded',
    message: 'This does not fit into the storage of your organisation. Delete something or raise its limit.',
  },
  KeyAlreadyExists: { status: 409, error: 'Duplicate', message: 'The resource already exists' },
  ResourceNotEmpty: {
    status: 409,
    error: 'ResourceNotEmpty',
    message: 'The bucket you tried to delete is not empty',
  },
  FeatureNotEnabled: { status: 409, error: 'FeatureNotEnabled', message: 'This feature is not available here' },
  InsufficientStorage: {
    status: 507,
    error: 'InsufficientStorage',
    message: 'The disk is full. Free some space and upload again',
  },
  DatabaseError: { status: 500, error: 'DatabaseError', message: 'The database refused the request' },
  InternalError: { status: 500, error: 'InternalError', message: 'Internal server error' },
} as const;

export type StorageProblem = keyof typeof STORAGE_PROBLEMS;

/** An expected failure of a storage request; `cause` is for the log only. */
export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(
    readonly code: StorageProblem,
    message: string = STORAGE_PROBLEMS[code].message,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  get status(): number {
    return STORAGE_PROBLEMS[this.code].status;
  }

  /** `{statusCode, code, error, message}`: what storage-js reads its errors from. */
  toResponse(): Response {
    const { status, error } = STORAGE_PROBLEMS[this.code];
    return Response.json(
      { statusCode: String(status), code: this.code, error, message: this.message },
      {
        status: this.code === 'InvalidRange' ? 416 : status >= 500 ? status : 400,
        headers: { 'cache-control': 'no-store' },
      },
    );
  }
}

/** A failed statement as Supabase words it; anything else is thrown on unchanged. */
export function fromDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const options = { cause: error };
  switch (error.code) {
    case '42501':
      return new StorageError('AccessDenied', error.message, options);
    case '23505':
      return new StorageError('KeyAlreadyExists', undefined, options);
    case '23503':
      return new StorageError('NoSuchBucket', 'The related resource does not exist', options);
    case '22021': // a byte that is no UTF-8, such as NUL
    case '22P02':
    case '22P05':
      return new StorageError('InvalidRequest', 'The request has characters or values that cannot be stored', options);
    default:
      return /^[0-9A-Z]{5}$/.test(error.code) ? new StorageError('DatabaseError', error.message, options) : error;
  }
}

/** A failed write as a client can act on it; anything but a full disk is thrown on unchanged. */
export function fromDiskError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new StorageError('InsufficientStorage', undefined, { cause: error })
    : error;
}
