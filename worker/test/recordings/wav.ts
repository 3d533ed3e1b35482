/** 16 kHz mono 16-bit, as flite's voices are. */
export const SAMPLE_RATE = 16_000;

/** The samples of a WAV file, found by its chunks. */
export function readSamples(wav: Uint8Array): Int16Array {
  const bytes = Buffer.from(wav.buffer, wav.byteOffset, wav.byteLength);
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'data') {
      const samples = new Int16Array(Math.floor(Math.min(length, bytes.length - at - 8) / 2));
      samples.forEach((_, i) => (samples[i] = bytes.readInt16LE(at + 8 + i * 2)));
      return samples;
    }
    at += 8 + length + (length % 2);
  }
  throw new Error('No sound in this WAV file.');
}

export function writeWav(parts: readonly Int16Array[]): Uint8Array {
  const samples = parts.reduce((sum, part) => sum + part.length, 0);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples * 2, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples * 2, 40);
  return Buffer.concat([header, ...parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))]);
}
