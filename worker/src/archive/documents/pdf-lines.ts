/** A run of text as pdf.js reports it; `transform` is the text matrix, its last two numbers the position from bottom left. */
export interface PdfRun {
  str: string;
  width: number;
  height: number;
  transform: number[];
  hasEOL: boolean;
}

/** One line of one column. Distances in points, `y` from the bottom of the page. */
export interface PdfLine {
  text: string;
  page: number;
  x: number;
  y: number;
  right: number;
  /** Of the largest run. */
  fontSize: number;
}

/** How many lines at a page's top and bottom may be its header and footer. */
const EDGE_LINES = 2;
const PAGE_NUMBER = /^[-– ]*(?:\d{1,4}|[ivxl]{1,6})[-– ]*$/;

/** Puts runs back into lines: a new one where pdf.js says so, where the height changes, or where the pen jumps back. */
export function linesOfPage(runs: readonly PdfRun[], page: number): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: PdfLine | null = null;
  const end = () => {
    if (line && line.text.trim() !== '') lines.push({ ...line, text: tidied(line.text) });
    line = null;
  };
  for (const run of runs) {
    const [x = 0, y = 0] = run.transform.slice(4);
    const fontSize = Math.hypot(run.transform[2] ?? 0, run.transform[3] ?? 0);
    if (run.str !== '') {
      if (line && startsAnew(line, x, y)) end();
      line = extended(line ?? { text: '', page, x, y, right: x, fontSize: 0 }, run, fontSize);
    }
    if (run.hasEOL) end();
  }
  end();
  return lines;
}

/** Single spaces, and an ellipsis for the dots that lead from a chapter to its page number. */
function tidied(text: string): string {
  return text
    .replace(/(?:\s?\.){4,}/g, ' …')
    .replace(/\s+/g, ' ')
    .trim();
}

function startsAnew(line: PdfLine, x: number, y: number): boolean {
  const size = line.fontSize || 10;
  // Superscripts stay within half the font's size; a pen that moves back by more than a letter starts another column.
  return Math.abs(y - line.y) > size * 0.6 || x < line.right - size * 1.5;
}

function extended(line: PdfLine, run: PdfRun, fontSize: number): PdfLine {
  const isBlank = run.str.trim() === '';
  return {
    ...line,
    text: line.text + run.str,
    right: Math.max(line.right, (run.transform[4] ?? 0) + run.width),
    fontSize: isBlank ? line.fontSize : Math.max(line.fontSize, fontSize),
  };
}

/**
 * Leaves out what stands at the top or bottom of many pages and differs in digits alone: running titles, page numbers.
 * A bare number there is a page number even once. Many is 40 % of the pages, since left and right pages may differ, and never fewer than three.
 */
export function withoutRunningLines(pages: readonly PdfLine[][]): PdfLine[][] {
  const counts = new Map<string, number>();
  for (const lines of pages)
    for (const key of new Set(edges(lines).map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  const needed = Math.max(3, pages.length * 0.4);
  if (pages.length < 3) return [...pages];
  const rest = pages.map((lines) => {
    const repeated = new Set(
      edges(lines).filter((line) => PAGE_NUMBER.test(line.text) || (counts.get(keyOf(line)) ?? 0) >= needed),
    );
    return lines.filter((line) => !repeated.has(line));
  });
  // Pages that all say the same, forms or tickets, are all there is to read.
  return rest.some((lines) => lines.length > 0) ? rest : [...pages];
}

function edges(lines: PdfLine[]): PdfLine[] {
  const byHeight = lines.toSorted((a, b) => b.y - a.y);
  return byHeight.length <= EDGE_LINES * 2
    ? byHeight
    : [...byHeight.slice(0, EDGE_LINES), ...byHeight.slice(-EDGE_LINES)];
}

function keyOf({ text, y }: PdfLine): string {
  return `${Math.round(y / 8)}:${text.replace(/\d+/g, '#')}`;
}
