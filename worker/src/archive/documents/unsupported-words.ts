/** What we found, for "This is …": by extension where the plain words differ from the pattern "a file of the kind X". */
const WORDS: Record<string, string> = {
  zip: 'a ZIP archive',
  rar: 'a RAR archive',
  '7z': 'a 7-Zip archive',
  tar: 'a TAR archive',
  gz: 'a gzip archive',
  'tar.gz': 'a gzip archive',
  bz2: 'a bzip2 archive',
  xz: 'an XZ archive',
  zst: 'a Zstandard archive',
  iso: 'a disk image',
  dmg: 'a disk image',
  exe: 'a Windows program',
  elf: 'a Linux program',
  macho: 'a macOS program',
  wasm: 'a WebAssembly program',
  jar: 'a Java program',
  apk: 'an Android app',
  deb: 'a Debian package',
  cfb: 'an older or password-protected Microsoft Office file; save it as DOCX or PDF without a password',
  rtf: 'an RTF document; save it as DOCX or PDF',
  odt: 'an OpenDocument text; save it as DOCX or PDF',
  ott: 'an OpenDocument template; save it as DOCX or PDF',
  pages: 'an Apple Pages document; export it as DOCX or PDF',
  pptx: 'a PowerPoint presentation; save it as PDF',
  ppsx: 'a PowerPoint presentation; save it as PDF',
  odp: 'an OpenDocument presentation; save it as PDF',
  key: 'an Apple Keynote presentation; export it as PDF',
  xlsx: 'an Excel workbook',
  xlsm: 'an Excel workbook',
  ods: 'an OpenDocument spreadsheet',
  numbers: 'an Apple Numbers spreadsheet',
  epub: 'an EPUB book',
  mobi: 'a Kindle book',
  ps: 'a PostScript document; save it as PDF',
  eps: 'a PostScript picture',
  svg: 'an SVG picture',
  mid: 'a MIDI file: it holds notes, not sound',
  swf: 'a Flash animation',
  sqlite: 'an SQLite database',
  ass: 'an ASS subtitle file; save it as SRT or VTT',
  xml: 'an XML file',
};

/** Words for a kind that is not read, beginning with "a" or "an". */
export function unsupportedWords(found: { ext: string; mime: string } | undefined): string {
  if (!found) return 'a binary file of an unknown kind';
  const known = WORDS[found.ext];
  if (known !== undefined) return known;
  const name = found.ext.toUpperCase();
  const article = /^[AEFHILMNORSX]/.test(name) ? 'an' : 'a';
  if (found.mime.startsWith('image/')) return `${article} ${name} picture`;
  return found.mime.startsWith('font/') ? `${article} ${name} font` : `${article} ${name} file`;
}
