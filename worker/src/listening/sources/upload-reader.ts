import { createReadStream } from 'node:fs';
import { isUploadPath } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import type { MediaStore } from '../../platform/media-store.ts';
import type { SourceIo } from './search-source.ts';

export interface UploadReaderOptions {
  readonly media: MediaStore;
  readonly orgId: string;
  /** Scratch space of the run: a store on another machine is copied here once, not page by page. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** `SourceIo.openUpload` of one run. Paths of other organisations are not there. */
export function uploadReader({ media, orgId, directory, signal }: UploadReaderOptions): SourceIo['openUpload'] {
  let opened: { path: string; local: string } | null = null;

  return async function* openUpload(path, fromByte) {
    if (!isUploadPath(orgId, path))
      throw new NexusError('not-found', 'The file is not there (any more). Upload it again.');
    if (opened?.path !== path) opened = { path, local: await media.openLocal(path, directory, signal) };
    for await (const chunk of createReadStream(opened.local, { start: fromByte, signal })) {
      const bytes: Uint8Array = chunk;
      yield bytes;
    }
  };
}
