import { NexusError } from '@nexus/shared/platform';
import { parseHTML } from '../../../archive/documents/parse-html.ts';
import { ROW_LENGTH, type AnimationRow } from './animation-key.ts';

/** What a page of X's web app holds for the transaction id. */
export interface AppPage {
  readonly verification: Uint8Array;
  /** Of the animation that the key chooses. */
  readonly rows: readonly AnimationRow[];
  readonly scripts: readonly string[];
  /** X took whoever asked for a guest. */
  readonly isSignedOut: boolean;
}

/** Byte of the key that chooses one of the animations. */
const CHOOSES_ANIMATION = 5;
const SIGNED_OUT = /\/entry-client-logged-out[-.\w]*\.js/;

/** Fails with `upstream-changed` when key or animations are not there. */
export function readPage(html: string, pageUrl: string): AppPage {
  const { document } = parseHTML(html);
  const content = document.querySelector('meta[name="twitter-site-verification"]')?.getAttribute('content') ?? '';
  const verification = new Uint8Array(Buffer.from(content, 'base64'));
  const paths = [...document.querySelectorAll('svg[id^="loading-x-anim"]')].map(
    (picture) => picture.querySelector('g')?.querySelectorAll('path')[1]?.getAttribute('d') ?? '',
  );
  const scripts = scriptsOf(html, pageUrl);
  const isSignedOut = scripts.some((url) => SIGNED_OUT.test(url));
  const path = paths[(verification[CHOOSES_ANIMATION] ?? 0) % paths.length];
  if (verification.length <= CHOOSES_ANIMATION || path === undefined) {
    if (isSignedOut) return { verification, rows: [], scripts, isSignedOut };
    throw pageChanged(verification.length === 0 ? 'its verification key is gone' : 'its animations are gone');
  }
  const rows = path
    .split('C')
    .slice(1)
    .map((row) => (row.match(/\d+/g) ?? []).map(Number));
  if (rows.length === 0 || rows.some((row) => row.length < ROW_LENGTH))
    throw pageChanged('its animations have another form');
  return { verification, rows, scripts, isSignedOut };
}

/** Links to scripts in the page, and those that the older build names by a table of hashes. */
export function scriptsOf(html: string, pageUrl: string): string[] {
  const linked = [...html.matchAll(/(?:src|href)="([^"<>\s]+\.js)"/g)].map(([, url = '']) => url);
  const base = linked.map((url) => /^(.*\/client-web\/)/.exec(url)?.[1]).find((found) => found !== undefined);
  const hash = /"?ondemand\.s"?:"([0-9a-f]+)"/.exec(html)?.[1] ?? hashByNumber(html);
  const indices = base !== undefined && hash !== undefined ? [`${base}ondemand.s.${hash}a.js`] : [];
  const all = [...linked, ...indices].flatMap((url) => URL.parse(url, pageUrl)?.href ?? []);
  return [...new Set(all)].filter((url) => isOfX(url, pageUrl));
}

/** `{12345:"ondemand.s"}` and `{12345:"0a1b2c3"}` in two tables. */
function hashByNumber(html: string): string | undefined {
  const number = /(\d+):"ondemand\.s"/.exec(html)?.[1];
  return number === undefined ? undefined : new RegExp(`\\b${number}:"([0-9a-f]{7})"`).exec(html)?.[1];
}

/** A page that is not what it seems leads nowhere else. */
function isOfX(url: string, pageUrl: string): boolean {
  const { origin, hostname, protocol } = new URL(url);
  if (origin === new URL(pageUrl).origin) return true;
  return protocol === 'https:' && /(^|\.)(twimg\.com|x\.com)$/.test(hostname);
}

export const pageChanged = (what: string): NexusError =>
  new NexusError('upstream-changed', `X has changed: of its web app’s page, ${what}. Update Nexus.`);
