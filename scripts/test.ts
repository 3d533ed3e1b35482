import { ensureFfmpeg } from '../cli/src/up/ensure-ffmpeg.ts';
import { ensureYtDlp } from '../cli/src/up/ensure-yt-dlp.ts';
import { browserTests } from './browser-tests.ts';
import { bunTests } from './bun-tests.ts';
import { checks } from './checks.ts';
import { pgtapTests } from './pgtap-tests.ts';
import { runGroups } from './run-groups.ts';

/** `npm test`. With names of groups (`npm test -- worker browser`) only those whose name has one of them. */
await ensureFfmpeg(console.error);
await ensureYtDlp(console.error);
const wanted = process.argv.slice(2);
// The longest first. The browser waits more than it works, so what only reads code goes beside it; by then the CLI's tests have
// built the web, which the checks of its types write into as well.
const groups = [
  ...['worker', 'supabase/embedded', 'cli', 'edge-functions', 'shared'].map(bunTests),
  browserTests,
  bunTests('web'),
  ...checks,
  pgtapTests,
];
const chosen = wanted.length > 0 ? groups.filter(({ name }) => wanted.some((part) => name.includes(part))) : groups;
process.exit((await runGroups(chosen)) ? 0 : 1);
