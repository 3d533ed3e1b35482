import { NexusError } from '@nexus/shared/platform';
import type { DocumentBlock, ExtractedDocument, RawDocument } from './extracted-document.ts';
import { detectLanguage } from './language.ts';

/** Four times War and Peace. */
const MAX_CHARACTERS = 12e6;
const MAX_BLOCKS = 200_000;
/** Some two pages: what search shows and a reader scrolls stays in proportion. */
const MAX_BLOCK_CHARACTERS = 6000;
const MAX_FACT_CHARACTERS = 500;

/** The same last steps for every kind: clean text, blocks of bounded size, the language, and the limits. */
export function finishDocument(raw: RawDocument): ExtractedDocument {
  const blocks = raw.blocks.flatMap(boundedBlocks);
  const characters = blocks.reduce((sum, { text }) => sum + text.length, 0);
  if (blocks.length === 0) throw new NexusError('unreadable-media', 'This document holds no text.');
  if (blocks.length > MAX_BLOCKS || characters > MAX_CHARACTERS) {
    throw new NexusError('too-large', 'This document holds more text than twenty books. Split it and add the parts.');
  }
  const prose = blocks.filter(({ kind }) => kind !== 'code').map(({ text }) => text);
  return {
    title: fact(raw.title),
    author: fact(raw.author),
    publishedAt: raw.publishedAt ?? null,
    language: detectLanguage(prose.join('\n')) ?? declaredLanguage(raw.declaredLanguage),
    blocks,
    warnings: raw.warnings ?? [],
  };
}

function boundedBlocks(block: DocumentBlock): DocumentBlock[] {
  return pieces(cleaned(block.text)).map((text) => ({ ...block, text }));
}

/** Postgres takes no NUL, JSON no half of a surrogate pair; soft hyphens and zero-width marks would break search. */
function cleaned(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b\u2060\ufeff]/g, '')
    .normalize('NFC')
    .trim();
}

/** Cuts an endless paragraph at the end of a sentence, else of a word, else anywhere. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let rest = text;
  while (rest.length > MAX_BLOCK_CHARACTERS) {
    const start = rest.slice(0, MAX_BLOCK_CHARACTERS);
    const sentence = start.search(/[.!?…][^.!?…]*$/) + 1;
    const word = start.lastIndexOf(' ');
    const half = MAX_BLOCK_CHARACTERS / 2;
    const end = sentence > half ? sentence : word > half ? word : MAX_BLOCK_CHARACTERS;
    found.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...found, rest].map((piece) => piece.toWellFormed()).filter((piece) => piece !== '');
}

function fact(text: string | null | undefined): string | null {
  return (
    cleaned(text ?? '')
      .replace(/\s+/g, ' ')
      .slice(0, MAX_FACT_CHARACTERS)
      .toWellFormed() || null
  );
}

function declaredLanguage(tag: string | null | undefined): string | null {
  return /^([a-z]{2})(?:[-_]|$)/i.exec(tag?.trim() ?? '')?.[1]?.toLowerCase() ?? null;
}
