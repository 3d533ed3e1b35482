import type { Exporter } from './exporter.ts';
import { googleSheets } from './google-sheets.ts';

/** Every kind of table there is; adding one is a file and a line here. */
export const EXPORTERS: readonly Exporter[] = [googleSheets];

export const exporterById = (id: string): Exporter | undefined => EXPORTERS.find((exporter) => exporter.id === id);
