import { z } from 'zod';

export const NewExport = z.strictObject({
  withMedia: z.boolean().default(true).describe('Without, only words and what is known: small, and importable as well'),
});
export type NewExport = z.infer<typeof NewExport>;

/** An upload that is an export of Nexus (ZIP), or of the earlier Nexus (JSON). */
export const NewImport = z.strictObject({
  path: z.string().min(1).max(1024).describe('What POST /api/media/uploads gave'),
  name: z.string().min(1).max(500),
});
export type NewImport = z.infer<typeof NewImport>;

/** Changes come on `org:<orgId>:archive` as transfer.changed, at most a few a second. */
export const Transfer = z.object({
  id: z.uuid(),
  kind: z.enum(['export', 'import']),
  state: z.enum(['queued', 'working', 'done', 'failed']),
  /** Told by the content; null until it was opened, and for exports. */
  format: z.enum(['nexus', 'earlier-nexus']).nullable(),
  withMedia: z.boolean(),
  /** Of the file that was imported. */
  name: z.string().nullable(),
  /** Items; null until they are counted. */
  total: z.int().nullable(),
  finished: z.int(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Transfer = z.infer<typeof Transfer>;

/** What an import left behind, and why. */
export const TransferFailure = z.object({ key: z.string(), title: z.string(), detail: z.string() });
export type TransferFailure = z.infer<typeof TransferFailure>;

export const TransferReport = Transfer.extend({
  /** Of an export: signed URL paths below the Supabase URL, valid for an hour. Large archives come in several parts. */
  files: z.array(z.object({ name: z.string(), sizeBytes: z.number(), url: z.string() })),
  /** Of an import: how many items are new, how many were here already, how many could not be brought in. */
  added: z.int(),
  alreadyHere: z.int(),
  failed: z.int(),
  /** The first hundred. */
  failures: z.array(TransferFailure),
});
export type TransferReport = z.infer<typeof TransferReport>;
