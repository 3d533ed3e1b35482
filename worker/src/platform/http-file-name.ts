const MAX_BYTES = 180;
const encoder = new TextEncoder();

/**
 * Makes a name from outside safe to show and to store: the last path segment only, no control or direction-changing
 * characters, no leading dots, at most 180 bytes of UTF-8 with the extension kept. Never empty.
 */
export function sanitiseFileName(name: string, fallback = 'download'): string {
  const segment = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = segment
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  return clean === '' ? fallback : shorten(clean);
}

/** The name a response gives its file: `Content-Disposition` (RFC 6266) first, then the last segment of the address. */
export function fileNameOf(url: URL, contentDisposition: string | undefined): string {
  return sanitiseFileName(
    dispositionName(contentDisposition ?? '') ?? percentDecoded(url.pathname.split('/').at(-1) ?? ''),
  );
}

function dispositionName(header: string): string | null {
  const extended = /(?:^|;)\s*filename\*\s*=\s*(?:utf-8|iso-8859-1)'[^']*'([^;\s]+)/i.exec(header)?.[1];
  if (extended !== undefined) return percentDecoded(extended);

  const quoted = /(?:^|;)\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1];
  const plain = quoted?.replace(/\\(.)/g, '$1') ?? /(?:^|;)\s*filename\s*=\s*([^;"]+)/i.exec(header)?.[1];
  return plain === undefined ? null : percentDecoded(utf8FromHeader(plain.trim()));
}

/** Headers arrive byte by byte as Latin-1, while most servers put raw UTF-8 into them. */
function utf8FromHeader(text: string): string {
  const decoded = new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  return decoded.includes('\uFFFD') ? text : decoded;
}

function percentDecoded(text: string): string {
  const bytes = encoder.encode(text);
  const decoded: number[] = [];
  for (let index = 0; index < bytes.length; index++) {
    const hex = bytes[index] === 0x25 ? String.fromCharCode(...bytes.subarray(index + 1, index + 3)) : '';
    if (/^[0-9a-f]{2}$/i.test(hex)) {
      decoded.push(Number.parseInt(hex, 16));
      index += 2;
    } else decoded.push(bytes[index] ?? 0);
  }
  return new TextDecoder().decode(Uint8Array.from(decoded));
}

function shorten(name: string): string {
  if (encoder.encode(name).length <= MAX_BYTES) return name;
  const extension = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? '';
  const room = MAX_BYTES - extension.length;
  let stem = '';
  let used = 0;
  for (const char of name.slice(0, name.length - extension.length)) {
    used += encoder.encode(char).length;
    if (used > room) break;
    stem += char;
  }
  return stem.trimEnd() + extension;
}
