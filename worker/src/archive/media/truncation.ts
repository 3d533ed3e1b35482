import { open, type FileHandle } from 'node:fs/promises';

const CUT_OFF = 'The file is cut off. What is there was used; upload the whole file to get the rest.';

/**
 * Tells a cut-off file by comparing what its container says with what is there, without decoding anything: top-level boxes of
 * MP4 (ISO/IEC 14496-12), the RIFF size of WAV and AVI, the Segment size of Matroska (RFC 9559). Null means nothing seen;
 * other formats show it only when they are decoded.
 */
export async function findTruncation(path: string): Promise<string | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, 64);
    const promised = isMp4(head) ? await mp4End(file, size) : (riffEnd(head) ?? matroskaEnd(head));
    return promised !== null && promised > size ? CUT_OFF : null;
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function isMp4(head: Buffer): boolean {
  return head.length >= 12 && head.toString('latin1', 4, 8) === 'ftyp';
}

/** Where the last box claims to end. A few boxes in ordinary files, thousands in fragmented ones; 100,000 is hostile. */
async function mp4End(file: FileHandle, size: number): Promise<number | null> {
  let position = 0;
  for (let boxes = 0; boxes < 100_000 && position < size; boxes++) {
    const header = await readAt(file, position, 16);
    if (header.length < 8) return null;
    const short = header.readUInt32BE(0);
    const length = short === 1 && header.length === 16 ? Number(header.readBigUInt64BE(8)) : short;
    if (length === 0) return null; // the box reaches to the end of the file, wherever that is
    if (length < 8) return null;
    position += length;
  }
  return position;
}

/** Streamed files carry 0 or the largest number instead of a size. */
function riffEnd(head: Buffer): number | null {
  if (head.length < 12 || head.toString('latin1', 0, 4) !== 'RIFF') return null;
  const length = head.readUInt32LE(4);
  return length === 0 || length >= 0xffff_fff0 ? null : length + 8;
}

function matroskaEnd(head: Buffer): number | null {
  if (head.length < 32 || head.readUInt32BE(0) !== 0x1a45dfa3) return null;
  const ebml = variableInteger(head, 4);
  if (ebml === null || ebml.value === null) return null;
  const at = ebml.next + ebml.value;
  if (at + 12 > head.length || head.readUInt32BE(at) !== 0x18538067) return null;
  const segment = variableInteger(head, at + 4);
  return segment === null || segment.value === null ? null : segment.next + segment.value;
}

/** EBML's number: as many leading zero bits as there are further bytes; all ones means unknown. */
function variableInteger(bytes: Buffer, at: number): { value: number | null; next: number } | null {
  const first = bytes[at];
  if (first === undefined || first === 0) return null;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return null;
  let value = first & ((1 << (8 - length)) - 1);
  let isUnknown = value === (1 << (8 - length)) - 1;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value: isUnknown ? null : value, next: at + length };
}
