import type { SourceInfo } from '@nexus/shared/listening';

/** Sources that a campaign can search. A file is brought in on its page, each time another one. */
export const searchable = (sources: readonly SourceInfo[]): SourceInfo[] => sources.filter(({ id }) => id !== 'import');
