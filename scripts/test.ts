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
// The longest first. Checks write what a build of the web writes too: they are over before the CLI's tests start one.
const groups = [
  bunTests('worker'),
  ...checks,
  ...['supabase/embedded', 'cli', 'edge-functions', 'shared', 'web'].map(bunTests),
  pgtapTests,
  browserTests,
];
const chosen = wanted.length > 0 ? groups.filter(({ name }) => wanted.some((part) => name.includes(part))) : groups;
process.exit((await runGroups(chosen)) ? 0 : 1);
