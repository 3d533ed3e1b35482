import { NexusError } from '@nexus/shared/platform';
import type { ExtractOutcome } from './extract-outcome.ts';
import type { DocumentAdapter } from './extracted-document.ts';
import { finishDocument } from './finish-document.ts';
import { DOCUMENT_ADAPTERS } from './index.ts';

// The process that opens what strangers made: `extract-child.ts ADAPTER DOCUMENT RESULT`. It reads one file, writes one file
// and ends; its parent limits memory, time and the size of what it writes.

const [, , adapterId, documentPath = '', resultPath = ''] = process.argv;

/** No parser here fetches by itself. Should one learn to, it fails instead of telling a stranger who reads their file. */
const refuse = () => {
  throw new NexusError('address-refused', 'A document must not fetch anything.');
};
Object.assign(globalThis, { fetch: refuse, WebSocket: refuse, EventSource: refuse, XMLHttpRequest: refuse });

const outcome = await extract(DOCUMENT_ADAPTERS.find(({ id }) => id === adapterId));
await Bun.write(resultPath, JSON.stringify(outcome));
// A parser may have left a timer or a worker behind.
process.exit(0);

/** One line per report: the parent's watchdog lives on them. */
function reportProgress(fraction: number): void {
  process.stdout.write(`${fraction.toFixed(3)}\n`);
}

/** Whatever a parser throws is a fact about the document, so all of it becomes an outcome. */
async function extract(adapter: DocumentAdapter | undefined): Promise<ExtractOutcome> {
  try {
    if (!adapter) throw new NexusError('unsupported-media', 'This kind of document cannot be read.');
    const file = Bun.file(documentPath);
    if (file.size > adapter.maxBytes) {
      const limit = `${Math.round(adapter.maxBytes / 1e6)} MB`;
      throw new NexusError(
        'too-large',
        `This document has ${Math.round(file.size / 1e6)} MB. Up to ${limit} of this kind are read.`,
      );
    }
    return { document: finishDocument(await adapter.extract(await file.bytes(), reportProgress)) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

function problemOf(error: unknown): { code: NexusError['code']; detail: string; cause: string } {
  const cause = error instanceof Error ? String(error.cause ?? error.stack ?? error) : String(error);
  if (error instanceof NexusError) return { code: error.code, detail: error.detail, cause };
  if (error instanceof RangeError && /memory/i.test(error.message)) {
    return { code: 'too-large', detail: 'This document needs more memory to read than is allowed.', cause };
  }
  if (error instanceof RangeError) {
    return { code: 'unreadable-media', detail: 'This document is nested too deeply to be read.', cause };
  }
  return { code: 'unreadable-media', detail: 'This document is damaged or incomplete.', cause };
}
