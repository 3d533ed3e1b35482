import type { SearchSource } from './search-source.ts';

/** Every source there is; adding one is a file and a line here. */
export const SOURCES: readonly SearchSource[] = [];

export const sourceById = (id: string): SearchSource | undefined => SOURCES.find((source) => source.id === id);
