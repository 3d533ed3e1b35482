import type { DocumentBlock } from './extracted-document.ts';

/** What the walk needs of a DOM node; linkedom's and any browser's have it. */
export interface MarkupNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly firstChild: MarkupNode | null;
  readonly nextSibling: MarkupNode | null;
  readonly parentNode: MarkupNode | null;
  getAttribute?(name: string): string | null;
}

const TEXT = 3;
const NEVER_SHOWN = new Set(
  'TITLE META LINK BASE SCRIPT STYLE NOSCRIPT TEMPLATE SVG IFRAME OBJECT EMBED CANVAS VIDEO AUDIO BUTTON SELECT INPUT TEXTAREA DIALOG'.split(
    ' ',
  ),
);
const BLOCKS = new Set(
  'P DIV ARTICLE SECTION MAIN HEADER FOOTER NAV ASIDE UL OL LI DL DT DD TABLE THEAD TBODY TFOOT CAPTION TR TD TH H1 H2 H3 H4 H5 H6 BLOCKQUOTE PRE FIGURE FIGCAPTION ADDRESS HR FORM FIELDSET DETAILS SUMMARY BODY HTML HEAD'.split(
    ' ',
  ),
);

interface Row {
  cells: string[];
  cell: string[];
  /** A table that only arranges a page: its cells hold headings or tables, and their blocks stand for themselves. */
  isLayout: boolean;
}

/**
 * Reads a tree in document order into blocks. Walks without recursion: a page nested 100,000 deep ends like any other.
 * `skip` names further elements, upper case, that are left out with all they hold.
 */
export function blocksOfMarkup(root: MarkupNode, skip: ReadonlySet<string> = new Set()): DocumentBlock[] {
  const reader = createReader();
  let node: MarkupNode | null = root;
  while (node) {
    const isSkipped: boolean = NEVER_SHOWN.has(nameOf(node)) || skip.has(nameOf(node)) || isHidden(node);
    if (!isSkipped) reader.enter(node);
    const child: MarkupNode | null = isSkipped ? null : node.firstChild;
    if (child) {
      node = child;
      continue;
    }
    if (!isSkipped) reader.leave(node);
    while (node && node !== root && !node.nextSibling) {
      node = node.parentNode;
      if (node) reader.leave(node);
    }
    node = node === root ? null : (node?.nextSibling ?? null);
  }
  reader.flush();
  return reader.blocks;
}

function createReader() {
  const blocks: DocumentBlock[] = [];
  const open = { code: 0, quote: 0, item: 0 };
  const headings: number[] = [];
  const rows: Row[] = [];
  let inline = '';

  const kindNow = (): DocumentBlock['kind'] => {
    if (open.code > 0) return 'code';
    if (headings.length > 0) return 'heading';
    if (open.item > 0) return 'list-item';
    return open.quote > 0 ? 'quote' : 'paragraph';
  };

  const flush = () => {
    const text = open.code > 0 ? inline.replace(/^\n+|\s+$/g, '') : inline.replace(/\s+/g, ' ').trim();
    inline = '';
    if (text === '') return;
    const row = rows.at(-1);
    if (row && !row.isLayout) row.cell.push(text);
    else blocks.push({ kind: kindNow(), ...(kindNow() === 'heading' && { level: headings.at(-1) ?? 1 }), text });
  };

  const endCell = () => {
    flush();
    const row = rows.at(-1);
    if (!row || row.isLayout) return;
    row.cells.push(row.cell.join(' '));
    row.cell = [];
  };

  const endRow = () => {
    endCell();
    const row = rows.pop();
    const cells = row?.cells.filter((cell) => cell !== '') ?? [];
    if (cells.length > 0) blocks.push({ kind: 'table-row', text: cells.join(' | ') });
  };

  /** What was read of the row so far turns out to be blocks beside each other. */
  const turnIntoLayout = () => {
    const row = rows.at(-1);
    if (!row || row.isLayout) return;
    row.isLayout = true;
    for (const text of [...row.cells, ...row.cell]) if (text !== '') blocks.push({ kind: 'paragraph', text });
    row.cells = [];
  };

  return {
    blocks,
    flush,
    enter(node: MarkupNode) {
      if (node.nodeType === TEXT) {
        inline += node.nodeValue ?? '';
        return;
      }
      const name = nameOf(node);
      if (name === 'BR') {
        if (open.code === 0 && inline.endsWith('\n')) flush();
        else inline += '\n';
        return;
      }
      if (!BLOCKS.has(name)) return;
      flush();
      if (name === 'TABLE' || /^H[1-6]$/.test(name)) turnIntoLayout();
      if (/^H[1-6]$/.test(name)) headings.push(Number(name[1]));
      else if (name === 'TR') rows.push({ cells: [], cell: [], isLayout: false });
      else count(open, name, 1);
    },
    leave(node: MarkupNode) {
      const name = nameOf(node);
      if (!BLOCKS.has(name)) return;
      if (name === 'TR') endRow();
      else if (name === 'TD' || name === 'TH') endCell();
      else flush();
      if (/^H[1-6]$/.test(name)) headings.pop();
      else count(open, name, -1);
    },
  };
}

function count(open: { code: number; quote: number; item: number }, name: string, by: 1 | -1): void {
  if (name === 'PRE') open.code += by;
  else if (name === 'BLOCKQUOTE') open.quote += by;
  else if (name === 'LI') open.item += by;
}

function nameOf(node: MarkupNode): string {
  return node.nodeName.toUpperCase();
}

function isHidden(node: MarkupNode): boolean {
  if (!node.getAttribute) return false;
  if (node.getAttribute('hidden') !== null || node.getAttribute('aria-hidden') === 'true') return true;
  return /display\s*:\s*none/i.test(node.getAttribute('style') ?? '');
}
