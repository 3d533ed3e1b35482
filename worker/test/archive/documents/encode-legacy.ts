/** Writes text in an eight-bit or UTF-16 encoding, which `TextEncoder` cannot. Fails on letters the encoding lacks. */
export function encodeLegacy(text: string, encoding: string): Uint8Array {
  if (encoding === 'utf-16le') return new Uint8Array(Buffer.from(text, 'utf16le'));
  if (encoding === 'utf-16be') return new Uint8Array(Buffer.from(text, 'utf16le').swap16());
  const decoder = new TextDecoder(encoding);
  const codes = new Map(Array.from({ length: 256 }, (_, code) => [decoder.decode(Uint8Array.of(code)), code]));
  return Uint8Array.from(text, (char) => {
    const code = codes.get(char);
    if (code === undefined) throw new Error(`${encoding} has no ${char}`);
    return code;
  });
}
