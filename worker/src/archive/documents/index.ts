import type { DocumentAdapter } from './extracted-document.ts';
import { docx } from './docx.ts';
import { html } from './html.ts';
import { markdown } from './markdown.ts';
import { pdf } from './pdf.ts';
import { plainText } from './plain-text.ts';

/** Every kind of document that can be read. Imported by the child process only: the parsers stay out of the worker. */
export const DOCUMENT_ADAPTERS: readonly DocumentAdapter[] = [plainText, markdown, html, pdf, docx];
