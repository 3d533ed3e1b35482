import { checks } from './checks.ts';
import { runGroups } from './run-groups.ts';

/** `bun run check`. */
process.exit((await runGroups(checks)) ? 0 : 1);
