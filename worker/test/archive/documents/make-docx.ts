import { makeZip, type ZipPart } from './make-zip.ts';

const OFFICE = 'http://schemas.openxmlformats.org';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

const CONTENT_TYPES = `${XML}<Types xmlns="${OFFICE}/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
  <Default Extension="xml" ContentType="application/xml"/>
  <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
  <Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
</Types>`;

const RELATIONS = `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships">
  <Relationship Id="rId1" Type="${OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>`;

const STYLES = `${XML}<w:styles xmlns:w="${OFFICE}/wordprocessingml/2006/main">
  <w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>
  <w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>
</w:styles>`;

const NUMBERING = `${XML}<w:numbering xmlns:w="${OFFICE}/wordprocessingml/2006/main">
  <w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
</w:numbering>`;

const CORE = `${XML}<cp:coreProperties xmlns:cp="${OFFICE}/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <dc:title>Приливы &amp; отливы</dc:title><dc:creator>А. Моряк</dc:creator>
  <dcterms:created xsi:type="dcterms:W3CDTF">2024-03-01T09:30:00Z</dcterms:created>
</cp:coreProperties>`;

export interface DocxOptions {
  /** WordprocessingML inside `w:body`. */
  body: string;
  /** Before the root element: where a DOCTYPE would stand. */
  prologue?: string;
  extra?: ZipPart[];
  relations?: string;
}

/** A Word document as Word writes it, reduced to what a reader needs. */
export function makeDocx({ body, prologue = '', extra = [], relations = '' }: DocxOptions): Uint8Array {
  const document = `${XML}${prologue}<w:document xmlns:w="${OFFICE}/wordprocessingml/2006/main" xmlns:r="${OFFICE}/officeDocument/2006/relationships" xmlns:a="${OFFICE}/drawingml/2006/main" xmlns:wp="${OFFICE}/drawingml/2006/wordprocessingDrawing" xmlns:pic="${OFFICE}/drawingml/2006/picture"><w:body>${body}</w:body></w:document>`;
  return makeZip([
    { name: '[Content_Types].xml', content: CONTENT_TYPES },
    { name: '_rels/.rels', content: RELATIONS },
    { name: 'docProps/core.xml', content: CORE },
    { name: 'word/styles.xml', content: STYLES },
    { name: 'word/numbering.xml', content: NUMBERING },
    { name: 'word/_rels/document.xml.rels', content: documentRelations(relations) },
    { name: 'word/document.xml', content: document },
    ...extra,
  ]);
}

export const paragraph = (text: string, style?: string) =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

export const bullet = (text: string) =>
  `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;

export const table = (rows: string[][]) =>
  `<w:tbl>${rows.map((cells) => `<w:tr>${cells.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`;

/** A picture that lives on another machine. */
export const linkedPicture = (relationId: string) =>
  `<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:link="${relationId}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;

export const linkedRelation = (id: string, target: string) =>
  `<Relationship Id="${id}" Type="${OFFICE}/officeDocument/2006/relationships/image" Target="${target}" TargetMode="External"/>`;

function documentRelations(relations: string): string {
  return `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships">
  <Relationship Id="rIdN" Type="${OFFICE}/officeDocument/2006/relationships/numbering" Target="numbering.xml"/>
  <Relationship Id="rIdS" Type="${OFFICE}/officeDocument/2006/relationships/styles" Target="styles.xml"/>${relations}</Relationships>`;
}
