import { z } from 'zod';
import { fromBase64Url, NexusError } from '../../platform/index.ts';

export interface ParsedCookies {
  /** By name; `auth_token` and `ct0` are among them. */
  readonly cookies: Readonly<Record<string, string>>;
  /** The account's number, from `twid`; null where it is missing. */
  readonly externalId: string | null;
}

type Pair = readonly [name: string, value: string];

const NEEDED = ['auth_token', 'ct0'];
const DOMAIN = /(^|\.)(x|twitter)\.com$/i;
/** RFC 6265: what else is in a value would end it, or begin another header. Quotes around the whole are taken off before. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,200}$/;
const VALUE = /^[\x21-\x3A\x3C-\x7E]{1,4096}$/;

/**
 * Reads cookies of X in any of the usual forms: the text of a `Cookie` header, a JSON object by name, a JSON array as browser
 * extensions export it (or an object with one under `cookies`), Netscape's cookies.txt, rows copied from the browser's tools, and
 * base64 of each. Cookies of other sites are left out. Throws `invalid-input` on `cookies`; no message repeats a value.
 */
export function parseCookies(text: string): ParsedCookies {
  const cookies: Record<string, string> = {};
  for (const [name, value] of pairsOf(text.trim(), true)) {
    const bare = value.trim().replace(/^"(.*)"$/, '$1');
    if (NAME.test(name) && VALUE.test(bare)) cookies[name] = bare;
  }
  const missing = NEEDED.filter((name) => cookies[name] === undefined);
  if (missing.length > 0) {
    const which = missing.length === 2 ? 'Neither is here' : `${missing[0]} is missing`;
    throw refused(`auth_token and ct0 are needed. ${which}: copy the cookies of x.com again while signed in.`);
  }
  return { cookies, externalId: accountNumber(cookies['twid']) };
}

function pairsOf(text: string, mayBeEncoded: boolean): Pair[] {
  if (/^[[{]/.test(text)) return jsonPairs(text);
  if (mayBeEncoded && /^[\w+/\-\s]{16,}={0,2}$/.test(text)) {
    const decoded = decodedText(text.replace(/\s+/g, ''));
    if (decoded !== null) return pairsOf(decoded.trim(), false);
  }
  return text.includes('\t') ? tablePairs(text) : headerPairs(text);
}

function headerPairs(text: string): Pair[] {
  return text
    .replace(/^cookie:/i, '')
    .split(/[;\r\n]+/)
    .flatMap((part): Pair[] => {
      const sign = part.indexOf('=');
      return sign > 0 ? [[part.slice(0, sign).trim(), part.slice(sign + 1)]] : [];
    });
}

/** Seven columns are Netscape's (domain, subdomains, path, secure, expires, name, value); fewer begin with name and value. */
function tablePairs(text: string): Pair[] {
  return text.split(/\r?\n/).flatMap((line): Pair[] => {
    const columns = line.replace(/^#HttpOnly_/, '').split('\t');
    const [domain = '', flag = '', , , , name, value] = columns;
    if (line.startsWith('#') && !line.startsWith('#HttpOnly_')) return [];
    if (/^(TRUE|FALSE)$/i.test(flag))
      return name !== undefined && value !== undefined && DOMAIN.test(domain) ? [[name, value]] : [];
    return columns.length > 1 ? [[domain.trim(), flag]] : [];
  });
}

const Exported = z.array(z.looseObject({ name: z.string(), value: z.string(), domain: z.string().optional() }));
const ByName = z.record(z.string(), z.union([z.string(), z.number()]).transform(String));

function jsonPairs(text: string): Pair[] {
  const json = parsedJson(text);
  const list = Exported.safeParse(Array.isArray(json) ? json : (json as { cookies?: unknown }).cookies);
  if (list.success) {
    return list.data.flatMap(({ name, value, domain }): Pair[] =>
      domain === undefined || DOMAIN.test(domain) ? [[name, value]] : [],
    );
  }
  const nested = typeof json === 'object' && json !== null && 'cookies' in json ? json.cookies : json;
  const byName = ByName.safeParse(nested);
  if (byName.success) return Object.entries(byName.data);
  if (typeof nested === 'string') return headerPairs(nested);
  throw refused(
    'This JSON holds no cookies that can be read. Export them as JSON, or paste the text of the Cookie header.',
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refused('This begins like JSON and ends otherwise. Copy all of it.');
  }
}

/** Null when it is no base64 of text: header text of one short cookie looks the same. */
function decodedText(text: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(text));
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return null;
    throw error;
  }
}

/** `twid` is `u=<number>`, percent-encoded. */
function accountNumber(twid: string | undefined): string | null {
  return /^u(?:=|%3D)(\d{1,25})$/i.exec(twid ?? '')?.[1] ?? null;
}

function refused(detail: string): NexusError {
  return new NexusError('invalid-input', detail, { fields: { cookies: [detail] } });
}
