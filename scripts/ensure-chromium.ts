import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { capture } from './run-groups.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** A Chromium on the PATH, else Debian's package, else Playwright's own download; null when there is none to be had. */
export async function ensureChromium(): Promise<string | null> {
  const found = process.env.NEXUS_CHROMIUM ?? NAMES.map((name) => Bun.which(name)).find(Boolean) ?? null;
  if (found) return found;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0 && Bun.which('apt-get')) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await capture(['apt-get', 'update', '-q'], { env });
    await capture(['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium'], { env });
    const installed = Bun.which('chromium');
    if (installed) return installed;
  }
  await capture([process.execPath, 'x', '--bun', 'playwright', 'install', 'chromium-headless-shell']);
  const own = chromium.executablePath();
  return existsSync(own) ? own : null;
}
