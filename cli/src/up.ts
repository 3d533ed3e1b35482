import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProblem } from '@nexus/shared/platform';
import { EmbeddedError } from '@nexus/embedded';
import { buildWeb } from './up/build-web.ts';
import { compose } from './up/compose.ts';
import { ensureFfmpeg } from './up/ensure-ffmpeg.ts';
import { ensureYtDlp } from './up/ensure-yt-dlp.ts';
import { openLogFile } from './up/log-file.ts';
import { serve } from './up/serve.ts';
import { serveWeb } from './up/serve-web.ts';
import { readSettings } from './up/settings.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** `npm start`: everything in one process, and one address at the end. */
async function up(): Promise<void> {
  const startedAt = performance.now();
  process.env.DO_NOT_TRACK = '1';
  const settings = readSettings();
  const home = settings.NEXUS_HOME;
  mkdirSync(join(home, 'run'), { recursive: true, mode: 0o700 });
  const origin =
    settings.NEXUS_PUBLIC_URL ??
    `http://${settings.NEXUS_HOST === '0.0.0.0' ? 'localhost' : settings.NEXUS_HOST}:${settings.NEXUS_PORT}`;

  // Ports first: finding one taken after a minute of installing would be rude.
  const front = serve(settings);
  try {
    await buildStoppably();
    await ensureFfmpeg(say);
    // Not waited for: a link that needs it waits by itself.
    void ensureYtDlp(say);
    const log = openLogFile(join(home, 'logs', 'nexus.jsonl'));
    const composed = await compose(root, settings, origin, log.write);
    const web = await serveWeb({
      build: join(root, 'web/build'),
      runDirectory: join(home, 'run'),
      environment: {
        SUPABASE_URL: `http://127.0.0.1:${settings.NEXUS_API_PORT}`,
        SUPABASE_ANON_KEY: composed.anonKey,
        PUBLIC_SUPABASE_URL: '',
      },
    });
    front.open({ gateway: composed.embedded.gateway, web });
    log.write({ event: 'started', seconds: Math.round(performance.now() - startedAt) / 1000 });
    process.stdout.write(`\nNexus is running at ${origin}\n`);

    let isStopping = false;
    const stop = async (reason: string) => {
      if (isStopping) return;
      isStopping = true;
      say(`Stopping (${reason})`);
      // Whatever hangs, nobody waits longer than this; the next start picks up what is left.
      setTimeout(() => process.exit(1), 4500).unref();
      await front.stop();
      await web.stop();
      await composed.stop();
      log.write({ event: 'stopped', reason });
      log.close();
      process.exit(0);
    };
    process.on('SIGINT', () => void stop('interrupted'));
    process.on('SIGTERM', () => void stop('terminated'));
    stopWithParent(() => void stop('its starter is gone'));
  } catch (error) {
    await front.stop();
    throw error;
  }
}

/** Told to end meanwhile, it ends the build too: by default only this process would go. */
async function buildStoppably(): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    await buildWeb(root, stop.signal);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

/** npm and the bootstrap may be killed without a chance to pass it on; nothing may stay behind. */
function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  if (!process.env.NEXUS_PARENT) return;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 1000).unref();
}

try {
  await up();
} catch (error) {
  say(
    isProblem(error)
      ? error.detail
      : error instanceof EmbeddedError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
  );
  process.exit(1);
}
