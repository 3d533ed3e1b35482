import { z } from 'zod';

export const DocumentBlock = z.object({
  kind: z.enum(['heading', 'paragraph', 'list-item', 'quote', 'code', 'table-row']),
  /** Depth of a heading, 1 to 6. */
  level: z.number().int().min(1).max(6).optional(),
  /** Page of a PDF, from 1. */
  page: z.number().int().min(1).optional(),
  /** Never empty. Spaces are single except in code; cells of a row are parted by " | ". */
  text: z.string().min(1),
});
export type DocumentBlock = z.infer<typeof DocumentBlock>;

/** What every kind of document becomes: blocks in reading order. */
export const ExtractedDocument = z.object({
  title: z.string().nullable(),
  author: z.string().nullable(),
  /** RFC 3339; the day's beginning in UTC when only a day is known. */
  publishedAt: z.string().nullable(),
  /** BCP 47, two letters. By the text itself; by the document's own word only when the text is too short to tell. */
  language: z.string().nullable(),
  blocks: z.array(DocumentBlock),
  /** For the user: what was left out and why. */
  warnings: z.array(z.string()),
});
export type ExtractedDocument = z.infer<typeof ExtractedDocument>;

/** What an adapter finds; the language and the limits are the same for all and come after. */
export interface RawDocument {
  title?: string | null;
  author?: string | null;
  publishedAt?: string | null;
  declaredLanguage?: string | null;
  blocks: DocumentBlock[];
  warnings?: string[];
}

/** One kind of document. Runs in a process of its own, so it may be slow and greedy; it must not fetch or write anything. */
export interface DocumentAdapter {
  id: 'text' | 'markdown' | 'html' | 'pdf' | 'docx';
  /** Larger files are refused before they are read. Markup is held in memory many times over. */
  maxBytes: number;
  /** `onProgress` takes a fraction from 0 to 1; only what may take long calls it. */
  extract(bytes: Uint8Array, onProgress?: (fraction: number) => void): RawDocument | Promise<RawDocument>;
}
