import { NexusError } from '@nexus/shared/platform';
import mammoth from 'mammoth';
import { instantOf } from './dates.ts';
import type { DocumentAdapter } from './extracted-document.ts';
import { blocksOfMarkup } from './markup-blocks.ts';
import { parseMarkup } from './markup-tree.ts';
import { listZip, readZipEntry, tooLarge, type ZipEntry } from './zip-archive.ts';

/** The text of War and Peace in Word is 8 MB of XML; the parser holds each byte some forty times. */
const MAX_XML_BYTES = 16e6;
const MAX_ENTRIES = 10_000;

/** Word documents. Pictures are never unpacked; files the document points to are never opened. */
export const docx: DocumentAdapter = {
  id: 'docx',
  maxBytes: 200e6,

  async extract(bytes) {
    const properties = checkArchive(bytes);
    const { value } = await convert(bytes);
    const blocks = blocksOfMarkup(parseMarkup(value.replaceAll(/<a href="#[^"]*">↑<\/a>/g, '')));
    const property = (name: string) =>
      new RegExp(`<${name}[^>]*>([^<]+)</${name}>`).exec(properties)?.[1]?.trim() || null;
    return {
      title:
        unescaped(property('dc:title')) ??
        blocks.find(({ kind, level }) => kind === 'heading' && level === 1)?.text ??
        null,
      author: unescaped(property('dc:creator')),
      publishedAt: instantOf(property('dcterms:created')),
      declaredLanguage: property('dc:language'),
      blocks,
    };
  },
};

async function convert(bytes: Uint8Array): Promise<{ value: string }> {
  try {
    return await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      { externalFileAccess: false, convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
    );
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new NexusError('unreadable-media', 'This Word document is damaged or incomplete. Save it again as DOCX.', {
      cause: error,
    });
  }
}

/** Unpacks every part the parser may read, against a limit, before it may. Returns the core properties' XML. */
function checkArchive(bytes: Uint8Array): string {
  const entries = listZip(bytes);
  const parts = entries.filter(({ name }) => /\.(?:xml|rels)$/i.test(name));
  const declared = parts.reduce((sum, { declaredBytes }) => sum + declaredBytes, 0);
  if (entries.length > MAX_ENTRIES || declared > MAX_XML_BYTES) throw tooLarge();

  let room = MAX_XML_BYTES;
  let properties = '';
  for (const part of parts) {
    const content = readZipEntry(bytes, part, room);
    room -= content.byteLength;
    if (isCoreProperties(part)) properties = new TextDecoder().decode(content);
  }
  return properties;
}

function isCoreProperties({ name }: ZipEntry): boolean {
  return name.toLowerCase() === 'docprops/core.xml';
}

function unescaped(xml: string | null): string | null {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return xml?.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => named[name] ?? whole) ?? null;
}
