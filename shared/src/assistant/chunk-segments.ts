/** A cue or a block, as the archive stores it. */
export interface ChunkSegment {
  readonly position: number;
  readonly kind: string;
  readonly text: string;
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  readonly speaker: string | null;
}

/** Where a segment begins in a chunk's text, in UTF-16 units. */
export interface ChunkPart {
  readonly offset: number;
  readonly position: number;
  readonly startSeconds: number | null;
}

export interface Chunk {
  /** Title and heading, indexed in front of the text. */
  readonly heading: string | null;
  readonly text: string;
  readonly speaker: string | null;
  readonly startSeconds: number | null;
  readonly endSeconds: number | null;
  /** In order; the first begins at 0. */
  readonly parts: readonly ChunkPart[];
}

export const CHUNK_CHARACTERS = 1_200;
/** A new speaker begins a new chunk only after this much: single “yes” and “no” find nothing. */
const SHORTEST_TURN = 300;
const HEADING_CHARACTERS = 300;

/** A sentence, or what is left of one, that belongs to one segment. */
interface Piece {
  readonly text: string;
  readonly segment: ChunkSegment;
  readonly startSeconds: number | null;
  readonly endsSentence: boolean;
}

/**
 * Cuts a transcript or document into passages of at most 1,200 characters: at headings and speakers, else at the end of a
 * sentence. In order, without overlap; every word of every segment is in exactly one chunk, headings in those below them.
 */
export function chunkSegments(segments: readonly ChunkSegment[], title: string | null): Chunk[] {
  const chunks: Chunk[] = [];
  for (const section of sections(segments)) {
    const heading = cutAt([title, section.heading?.text].filter(Boolean).join(' — '), HEADING_CHARACTERS) || null;
    // A heading with nothing below it is found by its own words.
    const body = section.body.length > 0 ? section.body : section.heading ? [section.heading] : [];
    for (const pieces of groups(body.flatMap(cutSegment))) chunks.push(toChunk(pieces, heading));
  }
  return chunks;
}

function sections(segments: readonly ChunkSegment[]): { heading: ChunkSegment | null; body: ChunkSegment[] }[] {
  const found: { heading: ChunkSegment | null; body: ChunkSegment[] }[] = [{ heading: null, body: [] }];
  for (const segment of segments) {
    const text = tidy(segment.text);
    if (text === '') continue;
    if (segment.kind === 'heading') found.push({ heading: { ...segment, text }, body: [] });
    else found.at(-1)!.body.push({ ...segment, text });
  }
  return found;
}

/**
 * Collects pieces into chunks of even size: 1,300 characters make two of 650 and not one and a rest. A chunk ends at a sentence;
 * where none ends in reach it is filled up.
 */
function groups(pieces: readonly Piece[]): Piece[][] {
  const total = lengthOf(pieces);
  const target = total / Math.ceil(total / CHUNK_CHARACTERS);
  const found: Piece[][] = [];
  let open: Piece[] = [];
  let length = 0;
  for (const piece of pieces) {
    const withPiece = length + 1 + piece.text.length;
    const isNewTurn = open.length > 0 && open.at(-1)!.segment.speaker !== piece.segment.speaker;
    const isNearest = (open.at(-1)?.endsSentence ?? false) && withPiece - target > target - length;
    if ((isNewTurn && length >= SHORTEST_TURN) || isNearest) {
      found.push(open);
      open = [];
    } else if (open.length > 0 && withPiece > CHUNK_CHARACTERS) {
      const end = open.findLastIndex(({ endsSentence }) => endsSentence) + 1;
      const isWorthIt = lengthOf(open.slice(0, end)) >= CHUNK_CHARACTERS / 2;
      found.push(isWorthIt ? open.slice(0, end) : open);
      open = isWorthIt ? open.slice(end) : [];
    }
    open.push(piece);
    length = lengthOf(open);
  }
  return open.length > 0 ? [...found, open] : found;
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + text.length + 1, -1);
}

const SENTENCE = /[^.!?…。！？]+(?:[.!?…。！？]+["»”’)\]]*(?=\s|$)|[.!?…。！？]+|$)|[.!?…。！？]+/gu;
const SENTENCE_END = /[.!?…。！？]["»”’)\]]*$/u;

/** Sentences of one segment; one without an end in sight is cut between words. Times within a long cue go by its characters. */
function cutSegment(segment: ChunkSegment): Piece[] {
  const { text, startSeconds, endSeconds } = segment;
  const perCharacter = startSeconds !== null && endSeconds !== null ? (endSeconds - startSeconds) / text.length : 0;
  const pieces: Piece[] = [];
  let offset = 0;
  for (const sentence of joinFragments(text.match(SENTENCE) ?? [text])) {
    for (const part of cutLong(sentence)) {
      const trimmed = part.trim();
      if (trimmed !== '') {
        pieces.push({
          text: trimmed,
          segment,
          startSeconds: startSeconds === null ? null : startSeconds + perCharacter * offset,
          endsSentence: SENTENCE_END.test(trimmed),
        });
      }
      offset += part.length;
    }
  }
  return pieces;
}

/** “3.14” and “e.g. this” are no ends: what follows without a space belongs to what was before. */
function joinFragments(fragments: readonly string[]): string[] {
  const joined: string[] = [];
  for (const fragment of fragments) {
    if (joined.length > 0 && !/^\s/.test(fragment)) joined[joined.length - 1] += fragment;
    else joined.push(fragment);
  }
  return joined;
}

function cutLong(sentence: string): string[] {
  const parts: string[] = [];
  let rest = sentence;
  while (rest.length > CHUNK_CHARACTERS) {
    const space = rest.lastIndexOf(' ', CHUNK_CHARACTERS);
    const part = cutAt(rest, space > CHUNK_CHARACTERS / 2 ? space : CHUNK_CHARACTERS);
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, rest];
}

/** The first characters of a text, never ending between the halves of one. */
function cutAt(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

function toChunk(pieces: readonly Piece[], heading: string | null): Chunk {
  let text = '';
  let last: Piece | undefined;
  const parts: ChunkPart[] = [];
  for (const piece of pieces) {
    const isSameSegment = last?.segment === piece.segment;
    // Blocks of a document stay apart; cues of speech run on, as they were spoken.
    if (last) text += isSameSegment || piece.segment.kind === 'speech' ? ' ' : '\n';
    if (!isSameSegment) {
      parts.push({ offset: text.length, position: piece.segment.position, startSeconds: piece.startSeconds });
    }
    text += piece.text;
    last = piece;
  }
  const speakers = new Set(pieces.map(({ segment }) => segment.speaker));
  return {
    heading,
    text,
    speaker: speakers.size === 1 ? pieces[0]!.segment.speaker : null,
    startSeconds: pieces[0]!.startSeconds,
    endSeconds: last!.segment.endSeconds,
    parts,
  };
}

/** Single spaces, and none of the control characters that mark matches later. */
function tidy(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text
    .replace(/[\u0000-\u0008\u000e-\u001f\u007f]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
