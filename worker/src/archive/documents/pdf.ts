import { NexusError } from '@nexus/shared/platform';
import { getDocumentProxy } from 'unpdf';
import { instantOf } from './dates.ts';
import type { DocumentAdapter, DocumentBlock } from './extracted-document.ts';
import { linesOfPage, withoutRunningLines, type PdfLine, type PdfRun } from './pdf-lines.ts';
import { blocksOfLines } from './pdf-paragraphs.ts';

const MAX_PAGES = 5000;
/** Some 12 ms each on one core. */
const PROGRESS_PAGES = 20;
const NO_TEXT =
  'This PDF holds pictures of text only, no text. Run it through text recognition (OCR) and add the result.';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/** PDF by pdf.js: text in reading order with pages, without running headers. Scripts, forms and attachments stay asleep. */
export const pdf: DocumentAdapter = {
  id: 'pdf',
  maxBytes: 200e6,

  async extract(bytes, onProgress) {
    const document = await openPdf(bytes);
    if (document.numPages > MAX_PAGES) {
      throw new NexusError(
        'too-large',
        `This PDF has ${document.numPages} pages. Up to ${MAX_PAGES} are read; split it.`,
      );
    }
    const pages: PdfLine[][] = [];
    for (let number = 1; number <= document.numPages; number++) {
      pages.push(await readPage(document, number));
      if (number % PROGRESS_PAGES === 0) onProgress?.(number / document.numPages);
    }
    if (!holdsText(pages)) throw new NexusError('unreadable-media', NO_TEXT);

    const blocks = blocksOfLines(withoutRunningLines(pages).flat());
    const { info } = await document.getMetadata();
    const facts = info as Record<string, unknown>;
    return {
      title: titleOf(facts['Title'], blocks),
      author: words(facts['Author']),
      publishedAt: pdfDate(facts['CreationDate']),
      declaredLanguage: words(facts['Language']),
      blocks,
      warnings: emptyPageWarnings(pages),
    };
  },
};

async function openPdf(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(bytes, {
      verbosity: 0,
      enableXfa: false,
      useSystemFonts: false,
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') {
      throw new NexusError(
        'unreadable-media',
        'This PDF is protected with a password. Save a copy without one and add that.',
        {
          cause: error,
        },
      );
    }
    throw new NexusError('unreadable-media', 'This PDF is damaged or incomplete. Save or download it again.', {
      cause: error,
    });
  }
}

async function readPage(document: Pdf, number: number): Promise<PdfLine[]> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return linesOfPage(
    items.filter((item): item is typeof item & PdfRun => 'str' in item),
    number,
  );
}

/** A scan may carry a stamp or page numbers; a font without a key to its letters gives private characters only. */
function holdsText(pages: PdfLine[][]): boolean {
  const letters = pages.flat().reduce((sum, { text }) => sum + (text.match(/\p{L}/gu)?.length ?? 0), 0);
  return letters > 0 && (pages.length < 3 || letters / pages.length >= 5);
}

function emptyPageWarnings(pages: PdfLine[][]): string[] {
  const empty = pages.flatMap((lines, index) => (lines.length === 0 ? [index + 1] : []));
  if (empty.length === 0) return [];
  const shown = empty.slice(0, 20).join(', ') + (empty.length > 20 ? ' and more' : '');
  return [`No text on ${empty.length === 1 ? 'page' : 'pages'} ${shown}.`];
}

function titleOf(given: unknown, blocks: DocumentBlock[]): string | null {
  const title = words(given)?.replace(/^Microsoft (?:Word|PowerPoint) - /, '') ?? null;
  const isFileName = title !== null && /^untitled|\.(?:docx?|pptx?|pdf|indd|tex|dvi|rtf|odt)$/i.test(title);
  if (title !== null && !isFileName) return title;
  return blocks.find(({ kind, page }) => kind === 'heading' && page === 1)?.text ?? null;
}

/** `D:YYYYMMDDHHmmSS+HH'mm'`, everything after the year optional (ISO 32000-1, 7.9.4). */
function pdfDate(given: unknown): string | null {
  const match = /^D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:Z|([+-]\d{2})'?(\d{2})?)?/.exec(
    String(given ?? ''),
  );
  if (!match) return null;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', zoneHours, zoneMinutes = '00'] =
    match;
  const zone = zoneHours === undefined ? 'Z' : `${zoneHours}:${zoneMinutes}`;
  return instantOf(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
}

function words(value: unknown): string | null {
  const text = typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : '';
  return text === '' ? null : text;
}
