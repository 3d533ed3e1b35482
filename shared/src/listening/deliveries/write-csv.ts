type Cell = string | number | null;

/** Spreadsheets work out what begins so, whoever wrote it: what follows a quotation mark they show as it is. */
const FORMULA = /^[\s]*[=+\-@\t\r]/;

/** One line of RFC 4180, with its end. A text that a spreadsheet would take for a formula gets a mark in front. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
