import { deflateSync } from 'node:zlib';

export interface PdfText {
  text: string;
  /** From the left and from the bottom, in points; the page is 420 × 595 (A5). */
  x?: number;
  y: number;
  size?: number;
}

export interface PdfOptions {
  /** Entries of the information dictionary, as PDF syntax. */
  info?: string;
  /** Entries added to the trailer, as PDF syntax. */
  trailer?: string;
}

/** A valid PDF of text pages, any alphabet: the font's codes are UTF-16, and a ToUnicode map says so. */
export function makePdf(pages: PdfText[][], options: PdfOptions = {}): Uint8Array {
  return assemble(
    pages.map((texts) => stream(texts.map(showText).join('\n'))),
    options,
  );
}

/** Pages that hold a picture each and not a letter, as a scanner makes them. */
export function makeScannedPdf(pageCount: number): Uint8Array {
  return assemble(Array.from({ length: pageCount }, () => stream('q 420 0 0 595 0 0 cm /Im Do Q')));
}

/** One page whose content unfolds from a few kilobytes to the given size. */
export function makePdfBomb(unfoldedBytes: number): Uint8Array {
  const packed = deflateSync(deflateSync(Buffer.alloc(unfoldedBytes, ' ')));
  return assemble([object(packed, '/Filter [/FlateDecode /FlateDecode]')]);
}

function showText({ text, x = 34, y, size = 11 }: PdfText): string {
  const codes = Buffer.from(text, 'utf16le').swap16().toString('hex');
  return `BT /F ${size} Tf 1 0 0 1 ${x} ${y} Tm <${codes}> Tj ET`;
}

function stream(content: string): Buffer {
  return object(Buffer.from(content, 'latin1'));
}

function object(content: Buffer, entries = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`<< /Length ${content.byteLength} ${entries} >>\nstream\n`),
    content,
    Buffer.from('\nendstream'),
  ]);
}

const TO_UNICODE = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
2 beginbfrange <0020> <00ff> <0020> <0400> <04ff> <0400> endbfrange
3 beginbfchar <2014> <2014> <2022> <2022> <00ad> <00ad> endbfchar
endcmap end end`;

function assemble(contents: Buffer[], { info = '', trailer = '' }: PdfOptions = {}): Uint8Array {
  const firstPage = 8;
  const pageNumbers = contents.map((_content, index) => firstPage + index * 2);
  const objects: (string | Buffer)[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${contents.length} /Kids [${pageNumbers.map((number) => `${number} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>',
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /DW 500 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>',
    stream(TO_UNICODE),
    object(
      Buffer.from([0x80]),
      '/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray',
    ),
    `<< ${info} >>`,
    ...contents.flatMap((content, index) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents ${firstPage + index * 2 + 1} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /Im 6 0 R >> >> >>`,
      content,
    ]),
  ];

  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets: number[] = [];
  let length = parts[0]?.byteLength ?? 0;
  for (const [index, content] of objects.entries()) {
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(content), Buffer.from('\nendobj\n')]);
    offsets.push(length);
    length += part.byteLength;
    parts.push(part);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 7 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return new Uint8Array(Buffer.concat(parts));
}
