import { inflateRawSync } from 'node:zlib';
import { NexusError } from '@nexus/shared/platform';

export interface ZipEntry {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  compressedBytes: number;
  /** As the archive claims; what comes out may be more. */
  declaredBytes: number;
  offset: number;
}

const END_RECORD = 0x06054b50;
const DIRECTORY_RECORD = 0x02014b50;
const LOCAL_RECORD = 0x04034b50;

/** Lists an archive's central directory (PKWARE APPNOTE 4.3). Fails with `unreadable-media` when it is damaged or cut off. */
export function listZip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecordOffset(view);
  const count = view.getUint16(end + 10, true);
  let offset = view.getUint32(end + 16, true);
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (offset + 46 > bytes.byteLength || view.getUint32(offset, true) !== DIRECTORY_RECORD) throw damaged();
    const nameBytes = view.getUint16(offset + 28, true);
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(offset + 46, offset + 46 + nameBytes)),
      method: view.getUint16(offset + 10, true),
      compressedBytes: view.getUint32(offset + 20, true),
      declaredBytes: view.getUint32(offset + 24, true),
      offset: view.getUint32(offset + 42, true),
    });
    offset += 46 + nameBytes + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

/** One entry's content, or `too-large` as soon as more than `maxBytes` come out, whatever was declared. */
export function readZipEntry(bytes: Uint8Array, entry: ZipEntry, maxBytes: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.offset + 30 > bytes.byteLength || view.getUint32(entry.offset, true) !== LOCAL_RECORD) throw damaged();
  const start = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  const packed = bytes.subarray(start, start + entry.compressedBytes);
  if (packed.byteLength < entry.compressedBytes) throw damaged();
  if (entry.method === 0) {
    if (packed.byteLength > maxBytes) throw tooLarge();
    return packed;
  }
  if (entry.method !== 8) throw damaged();
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(error);
    throw damaged(error);
  }
}

export function tooLarge(cause?: unknown): NexusError {
  return new NexusError('too-large', 'This document unpacks to far more than a document holds. It was not opened.', {
    cause,
  });
}

function endRecordOffset(view: DataView): number {
  const earliest = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let offset = view.byteLength - 22; offset >= earliest; offset--) {
    if (view.getUint32(offset, true) === END_RECORD) return offset;
  }
  throw damaged();
}

function damaged(cause?: unknown): NexusError {
  return new NexusError('unreadable-media', 'This document is damaged or incomplete. Save or download it again.', {
    cause,
  });
}
