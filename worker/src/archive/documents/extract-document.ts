import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { runProcess, type ProcessResult } from '../../platform/process.ts';
import { ExtractOutcome } from './extract-outcome.ts';
import type { ExtractedDocument } from './extracted-document.ts';

export type { ExtractedDocument } from './extracted-document.ts';

export interface ExtractOptions {
  signal: AbortSignal;
  /** The only place anything is written to; the result file there is removed again. */
  directory: string;
  /** For all of it: a PDF of 5000 pages takes a minute on an idle core. */
  timeoutSeconds?: number;
  /** Without another page read. Everything but a PDF is one step: the largest page takes 6 seconds of one core. */
  stallSeconds?: number;
  memoryBytes?: number;
  /** Of the result, as JSON. */
  maxOutputBytes?: number;
  /** A fraction from 0 to 1, for documents that take long. */
  onProgress?: (fraction: number) => void;
}

const CHILD = join(import.meta.dirname, 'extract-child.ts');

/**
 * Reads a document into blocks, in a process of its own that may be killed at any time without harm. Fails with
 * `unreadable-media`, `too-large`, `unsupported-media` (not a document) or `canceled`.
 */
export async function extractDocument(path: string, kind: string, options: ExtractOptions): Promise<ExtractedDocument> {
  const { signal, directory, timeoutSeconds = 600, stallSeconds = 60, onProgress } = options;
  const { memoryBytes = 1024 ** 3, maxOutputBytes = 64 * 1024 ** 2 } = options;
  const resultPath = join(directory, `extracted-${randomUUID()}.json`);
  try {
    const ended = await runProcess(process.execPath, ['--no-install', CHILD, kind, path, resultPath], {
      signal,
      timeoutSeconds,
      stallSeconds,
      onStdoutLine: (line) => onProgress?.(Number(line)),
      memoryBytes,
      maxFileBytes: maxOutputBytes,
      // Not the document's folder: Bun would run what a bunfig.toml or .env there tells it to.
      cwd: import.meta.dirname,
    });
    return await readOutcome(resultPath, ended, maxOutputBytes);
  } catch (error) {
    if (!isProblem(error, 'stalled')) throw error;
    throw new NexusError('unreadable-media', 'Reading this document took too long and was ended. It may be damaged.', {
      cause: error,
    });
  } finally {
    await rm(resultPath, { force: true });
  }
}

async function readOutcome(path: string, ended: ProcessResult, maxOutputBytes: number): Promise<ExtractedDocument> {
  const file = Bun.file(path);
  if (ended.exitCode !== 0 || file.size === 0 || file.size > maxOutputBytes) {
    const cause = `exit ${ended.exitCode}, signal ${ended.signal}, ${file.size} bytes: ${ended.stderrTail}`;
    throw new NexusError(
      'unreadable-media',
      'This document could not be read: it is damaged, or needs more memory than is allowed.',
      {
        cause,
      },
    );
  }
  const outcome = ExtractOutcome.parse(await file.json());
  if ('document' in outcome) return outcome.document;
  const { code, detail, cause } = outcome.problem;
  throw new NexusError(code, detail, { cause });
}
