/** Written behind an address by whoever passed it on, not by the page: it changes nothing of what is shown. */
const TRACKING =
  /^(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid?|mc_[ce]id|_hs(?:enc|mi)|mkt_tok|vero_id|oly_(?:enc|anon)_id|wt_mc|ref_(?:src|url)|_g[al]|s_cid|cmpid)$/i;
/** These share buttons add the sharer's mark under a name that elsewhere may mean the thing itself. */
const SHARE_MARKS: readonly { host: RegExp; names: readonly string[] }[] = [
  { host: /(?:^|\.)(?:spotify|soundcloud)\.com$/, names: ['si', 'context', 'in'] },
  { host: /(?:^|\.)(?:twitter|x)\.com$/, names: ['s', 't'] },
];
/** The same page in another dress. */
const DRESSES = /^(?:www|m|mobile)\.(?=[^.]+\.)/;
/** Postgres indexes up to 2,700 bytes of a text. */
const MOST_CHARACTERS = 500;

/**
 * One spelling for all links to the same thing: without scheme, fragment, default port, tracking and order of parameters. Sites
 * with several forms of address become `site:id`, as yt-dlp names what it finds there. Null for what is no web address.
 */
export async function linkKey(address: string): Promise<string | null> {
  const url = URL.parse(address.trim());
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  const host = url.hostname.replace(/\.$/, '').replace(DRESSES, '');
  const known = knownId(host, url);
  if (known) return known;

  const marks = SHARE_MARKS.find((site) => site.host.test(host))?.names ?? [];
  const kept = new URLSearchParams(
    [...url.searchParams].filter(([name]) => !TRACKING.test(name) && !marks.includes(name)),
  );
  kept.sort();
  const port = url.port && `:${url.port}`;
  const path = url.pathname.replace(/(?<=.)\/+$/, '').replace(/^\/$/, '');
  const query = kept.toString();
  const key = `${host}${port}${path}${query && `?${query}`}`;
  return key.length <= MOST_CHARACTERS ? key : `${key.slice(0, 300)}#${await sha256(key)}`;
}

/** The same for what yt-dlp found behind an address. */
export const extractorKey = (extractor: string, id: string): string =>
  `${extractor.toLowerCase()}:${id}`.slice(0, MOST_CHARACTERS);

function knownId(host: string, { pathname, searchParams }: URL): string | null {
  const [first = '', second = '', third = ''] = pathname.split('/').filter(Boolean);
  if (host === 'youtu.be') return youtube(first);
  if (/^(?:(?:music|gaming)\.)?youtube(?:-nocookie)?\.com$/.test(host)) {
    if (first === 'watch') return youtube(searchParams.get('v') ?? '');
    return ['shorts', 'embed', 'live', 'v', 'e'].includes(first) ? youtube(second) : null;
  }
  if (host === 'vimeo.com' && /^\d+$/.test(first)) return `vimeo:${first}`;
  if (host === 'player.vimeo.com' && first === 'video' && /^\d+$/.test(second)) return `vimeo:${second}`;
  if ((host === 'twitter.com' || host === 'x.com') && second === 'status' && /^\d+$/.test(third))
    return `twitter:${third}`;
  return null;
}

const youtube = (id: string): string | null => (/^[\w-]{11}$/.test(id) ? `youtube:${id}` : null);

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
