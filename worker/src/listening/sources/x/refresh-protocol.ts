import { refreshXProtocol } from '@nexus/shared/listening';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { handle } from '../../../platform/handle.ts';
import { isLeased, type LeasedAccount } from '../../accounts/account-pool.ts';
import { openSource, type OpenSource } from '../../runs/source-io.ts';
import { readStoredProtocol } from '../read-stored-protocol.ts';
import { currentProtocol } from './current-protocol.ts';
import { findFeatureValues, findOperations } from './find-operations.ts';
import { knownOrg } from './known-org.ts';
import { probeProtocol } from './probe-protocol.ts';
import { X_OPERATIONS, type XProtocol } from './protocol.ts';
import { scriptsOf } from './read-page.ts';
import { pageHeaders } from './request-headers.ts';
import { storeProtocol } from './store-protocol.ts';
import { XSettings } from './x-settings.ts';

const MOST_SCRIPTS = 120;
const AT_ONCE = 4;
const GUEST: LeasedAccount = { id: '', label: '', cookies: {}, proxy: null, lease: '' };

/** Reads what X's own web app sends today, tries it, and stores it as a new version. What cannot be found stays as it was. */
export default handle(refreshXProtocol, async ({ orgId }, ports, { signal, log }) => {
  const org = (await knownOrg(ports, orgId))!;
  const known = currentProtocol(await readStoredProtocol(ports.db, 'x'));
  const settings = { ...(org.baseUrl && { baseUrl: org.baseUrl }) };
  await using open = await openSource(
    ports,
    { source: 'x', credentialId: null, settings },
    { orgId, runId: null, signal },
  );
  const app = await readApp(open, known).catch(async (error: unknown) => {
    // Told beside the state, or whoever asked would wait for nothing.
    if (isProblem(error)) await storeProtocol(ports, known, { unread: error });
    throw error;
  });

  let protocol = renewed(known, app, ports.now());
  let outcome = await probeProtocol(ports, org, protocol, signal);
  // What no script names, X names in its refusal.
  const wanted = outcome instanceof NexusError ? namedIn(outcome.detail) : [];
  if (wanted.length > 0) {
    const more = Object.fromEntries(wanted.map((name) => [name, app.values.get(name) ?? false]));
    protocol = { ...protocol, version: versionAfter(known, ports.now()), features: { ...protocol.features, ...more } };
    outcome = await probeProtocol(ports, org, protocol, signal);
  }
  await storeProtocol(ports, protocol, outcome);
  log.set({ version: protocol.version, before: known.version, operations: app.ids.size });
});

interface App {
  readonly ids: ReadonlyMap<string, string>;
  readonly features: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, boolean>;
}

/** As an account when one is free: guests get a smaller app. */
async function readApp({ io }: OpenSource, protocol: XProtocol): Promise<App> {
  const pool = io.accounts('x');
  const claimed = await pool.claim('page');
  const account = isLeased(claimed) ? claimed : GUEST;
  try {
    const { baseUrl } = XSettings.parse(io.settings);
    const page = await io.http.get(`${baseUrl}${protocol.transaction.page}`, {
      signal: io.signal,
      proxy: account.proxy ?? undefined,
      headers: pageHeaders(account, protocol),
    });
    const html = new TextDecoder().decode(page.body);
    if (page.status >= 400) throw notFound(`its page answers ${page.status}`);
    const scripts = scriptsOf(html, page.finalUrl).slice(0, MOST_SCRIPTS);
    const texts: string[] = [];
    for (let from = 0; from < scripts.length; from += AT_ONCE) {
      const some = scripts.slice(from, from + AT_ONCE).map(async (url) => {
        const script = await io.http.get(url, { signal: io.signal, proxy: account.proxy ?? undefined });
        return script.status === 200 ? new TextDecoder().decode(script.body) : '';
      });
      texts.push(...(await Promise.all(some)));
    }
    const found = findOperations(texts);
    if (found.ids.size === 0) throw notFound(`none of its ${scripts.length} scripts names an operation`);
    return { ...found, values: findFeatureValues(html) };
  } finally {
    if (isLeased(claimed)) await pool.release(claimed);
  }
}

const notFound = (what: string): NexusError =>
  new NexusError(
    'upstream-refused',
    `X’s web app could not be read for what has changed: ${what}. Try again later, or update Nexus.`,
  );

function renewed(known: XProtocol, { ids, features, values }: App, now: Date): XProtocol {
  const operations = { ...known.operations };
  for (const name of X_OPERATIONS) operations[name] = { ...operations[name], id: ids.get(name) ?? operations[name].id };
  const named = [...features].map((name) => [name, values.get(name) ?? known.features[name] ?? false] as const);
  const all = { ...known.features, ...Object.fromEntries(named) };
  const isSame = JSON.stringify([operations, all]) === JSON.stringify([known.operations, known.features]);
  return isSame ? known : { ...known, version: versionAfter(known, now), operations, features: all };
}

/** Versions are dates; two of one day follow each other. */
function versionAfter({ version }: XProtocol, now: Date): number {
  return Math.max(Number(now.toISOString().slice(0, 10).replaceAll('-', '')), version + 1);
}

function namedIn(detail: string): string[] {
  const [, list = ''] = /features cannot be null: ([\w, ]+)/.exec(detail) ?? [];
  return list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}
