import { bluesky } from './bluesky.ts';
import { hackernews } from './hackernews.ts';
import { importFile } from './import.ts';
import { mastodon } from './mastodon.ts';
import { reddit } from './reddit.ts';
import { rss } from './rss.ts';
import type { SearchSource } from './search-source.ts';
import { x } from './x/index.ts';
import { xOfficial } from './x-official.ts';

/** Every source there is; adding one is a file and a line here. */
export const SOURCES: readonly SearchSource[] = [x, xOfficial, bluesky, mastodon, hackernews, reddit, rss, importFile];
