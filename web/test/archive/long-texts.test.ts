import { expect, test } from 'bun:test';
import { documentBlocks, inGroups } from '../../src/lib/archive/document-blocks.ts';
import { findSegment } from '../../src/lib/archive/find-segment.ts';
import type { PlacedSegment } from '../../src/lib/archive/open-item.svelte.ts';
import { waveformPath } from '../../src/lib/archive/waveform-path.ts';

const block = (position: number, kind: PlacedSegment['kind'], page: number | null = null): PlacedSegment => ({
  position,
  kind,
  page,
  level: null,
  startSeconds: null,
  endSeconds: null,
  speaker: null,
  speakerLabel: null,
  correctionId: null,
  text: `text ${position}`,
});

test('the line being said is the last that has begun', () => {
  const segments = [0, 4, 9.5].map((startSeconds) => ({ startSeconds }));

  expect(findSegment(segments, -1)).toBe(-1);
  expect(findSegment(segments, 0)).toBe(0);
  expect(findSegment(segments, 9.4)).toBe(1);
  expect(findSegment(segments, 100)).toBe(2);
  expect(findSegment([], 5)).toBe(-1);
});

test('neighbouring list items and table rows become one list and one table, and pages are announced once', () => {
  const blocks = documentBlocks([
    block(0, 'heading', 1),
    block(1, 'list-item', 1),
    block(2, 'list-item', 1),
    block(3, 'paragraph', 2),
    block(4, 'table-row', 2),
    block(5, 'table-row', 2),
  ]);

  expect(blocks.map(({ type }) => type)).toEqual(['page', 'heading', 'list', 'page', 'paragraph', 'rows']);
});

test('groups keep every value in order', () => {
  const groups = inGroups([1, 2, 3, 4, 5], 2);

  expect(groups).toEqual([[1, 2], [3, 4], [5]]);
});

test('a waveform has one bar per column, the loudest of full height, also with fewer peaks than columns', () => {
  const path = waveformPath({ min: [-10, -64], max: [20, 32] }, 4);

  expect(path.match(/M/g)).toHaveLength(4);
  expect(path).toContain('M3.5 2.0V98.0');
  expect(waveformPath({ min: [], max: [] }, 4)).toBe('');
});
