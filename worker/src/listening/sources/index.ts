import { bluesky } from './bluesky.ts';
import { hackernews } from './hackernews.ts';
import { mastodon } from './mastodon.ts';
import { reddit } from './reddit.ts';
import type { SearchSource } from './search-source.ts';
import { x } from './x/index.ts';

/** Every source there is; adding one is a file and a line here. */
export const SOURCES: readonly SearchSource[] = [x, bluesky, mastodon, hackernews, reddit];

export const sourceById = (id: string): SearchSource | undefined => SOURCES.find((source) => source.id === id);
