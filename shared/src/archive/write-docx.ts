import type { Paragraph } from 'docx';
import type { Segment } from './contracts.ts';
import { byChapter, clock, singleSpaced, turnsOf } from './turns.ts';
import type { Surroundings } from './write-text.ts';

/**
 * A Word document (OOXML): the title, the summary, chapters as headings, then a paragraph per turn with its second and its
 * speaker; a document keeps its headings, lists and quotes.
 */
export async function writeDocx(
  title: string,
  segments: readonly Segment[],
  { summary, chapters = [] }: Surroundings = {},
): Promise<Uint8Array<ArrayBuffer>> {
  // 400 KB that only this needs.
  const docx = await import('docx');
  const { Document, HeadingLevel, Packer, Paragraph, TextRun } = docx;
  const isDocument = segments.some(({ kind }) => kind !== 'speech');

  const turns = (part: readonly Segment[]) =>
    turnsOf(part).map(
      ({ speaker, startSeconds, texts }) =>
        new Paragraph({
          spacing: { after: 120 },
          children: [
            ...(startSeconds === null ? [] : [new TextRun({ text: `${clock(startSeconds)}  `, color: '666666' })]),
            ...(speaker === null ? [] : [new TextRun({ text: `${storable(speaker)}: `, bold: true })]),
            new TextRun(storable(texts.join(' '))),
          ],
        }),
    );
  const children: Paragraph[] = [
    new Paragraph({ heading: HeadingLevel.TITLE, children: [new TextRun(storable(singleSpaced(title)))] }),
    ...(summary ?? '')
      .split(/\n+/)
      .filter((line) => line.trim() !== '')
      .map(
        (line) =>
          new Paragraph({ spacing: { after: 200 }, children: [new TextRun({ text: storable(line), italics: true })] }),
      ),
    ...(isDocument
      ? segments.map((block) => new Paragraph(blockOf(block, docx)))
      : byChapter(segments, chapters).flatMap((part) => [
          ...(part.title === null
            ? []
            : [new Paragraph({ heading: HeadingLevel.HEADING_1, text: storable(part.title) })]),
          ...turns(part.segments),
        ])),
  ];
  const bytes = await Packer.toArrayBuffer(new Document({ title: storable(title), sections: [{ children }] }));
  return new Uint8Array(bytes);
}

function blockOf({ kind, level, text }: Segment, { HeadingLevel, TextRun }: typeof import('docx')) {
  const levels = [1, 2, 3, 4, 5, 6].map((depth) => HeadingLevel[`HEADING_${depth}` as 'HEADING_1']);
  if (kind === 'heading')
    return { heading: levels[Math.min(6, Math.max(1, level ?? 1)) - 1]!, text: storable(singleSpaced(text)) };
  if (kind === 'list-item') return { bullet: { level: 0 }, text: storable(singleSpaced(text)) };
  if (kind === 'quote') return { indent: { left: 480 }, text: storable(singleSpaced(text)) };
  if (kind === 'code') {
    const lines = storable(text).split('\n');
    return {
      children: lines.map((line, at) => new TextRun({ text: line, font: 'Courier New', break: at > 0 ? 1 : 0 })),
    };
  }
  return { spacing: { after: 120 }, text: storable(singleSpaced(text)) };
}

/** XML 1.0 has no place for control characters, and Word opens no file with one. */
// oxlint-disable-next-line no-control-regex
const storable = (text: string): string =>
  text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
