import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContextOptions, chromium } from '@playwright/test';
import { startNexus } from '../cli/test/running/start-nexus.ts';
import { ensureChromium } from './ensure-chromium.ts';
import { archivePages } from './screenshots/archive-pages.ts';
import { openCamera } from './screenshots/camera.ts';
import { campaignPages } from './screenshots/campaign-pages.ts';
import { haltingServer } from './screenshots/halting-server.ts';
import { itemPages } from './screenshots/item-pages.ts';
import { chatPages, makeKey, overlays, searchPages, settingsPages } from './screenshots/other-pages.ts';
import { signUp } from './screenshots/person.ts';

const root = join(import.meta.dir, '..');

/**
 * `bun run screenshots [folder]`: every page of the real product, light and dark, 380 and 1440 px wide, to be looked at.
 * `--docs` takes the few that the README shows.
 */
const { values, positionals } = parseArgs({ options: { docs: { type: 'boolean' } }, allowPositionals: true });
const folder = positionals[0] ?? join(root, values.docs ? 'docs/screenshots' : 'test-results/screenshots');

const executablePath = await ensureChromium();
if (!executablePath) throw new Error('No Chromium. Install it with: apt-get install chromium');
const camera = await openCamera(folder, values.docs ?? false);
const link = await haltingServer();
const environment = { NEXUS_FETCH_ALLOW: link.host, NEXUS_RATE_LIMIT_PER_SECOND: '500' };
await using nexus = await startNexus({ environment });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const person: BrowserContextOptions = {
  baseURL: nexus.url,
  locale: 'en-GB',
  timezoneId: 'Europe/Berlin',
  viewport: { width: 1440, height: 900 },
};
try {
  const context = await browser.newContext(person);
  const page = await context.newPage();
  await signUp(page, (name) => camera.shoot(page, name));
  const apiKey = await makeKey(page, camera);
  const shelf = await archivePages(page, camera, { url: nexus.url, apiKey, linkUrl: link.url, release: link.stop });
  await itemPages(page, camera, shelf);
  await searchPages(page, camera);
  await chatPages(page, camera);
  await campaignPages(page, camera, { url: nexus.url, apiKey });
  await settingsPages(page, camera);
  await overlays(page, camera);

  const storageState = await context.storageState();
  const russian = await browser.newContext({ ...person, locale: 'ru-RU', storageState });
  const russianPage = await russian.newPage();
  await russianPage.goto('/archive', { waitUntil: 'networkidle' });
  await camera.shoot(russianPage, 'archive-ready-ru');
  await itemPages(russianPage, camera, shelf, '-ru');
  console.log(`${camera.taken()} pictures in ${folder}`);
} finally {
  await link.stop();
  await browser.close();
}
