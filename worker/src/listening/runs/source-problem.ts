import { isProblem, NexusError } from '@nexus/shared/platform';
import type { SearchSource } from '../sources/search-source.ts';
import type { StageIo } from './stage.ts';

/** What a source threw, as a problem: one that is broken in a way nobody foresaw stops no other. */
export function problemOf(error: unknown, source: SearchSource, { ports, run }: StageIo): NexusError {
  if (isProblem(error)) return error;
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  ports.log({ event: 'source-broken', source: source.id, runId: run.id, cause });
  const detail = `${source.label} failed in a way nobody foresaw. The log of the server tells more.`;
  return new NexusError('internal', detail, { cause: error });
}
