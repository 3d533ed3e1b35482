const MAX_BYTES = 1e6;

/** A recording in parts, by the text that lists them. */
export interface Manifest {
  /** Parts come and go while it is read. Only a list of parts says so; one of variants leads to several lists. */
  isLive: boolean;
}

/** HLS (RFC 8216) or MPEG-DASH; null for any other text. */
export async function readManifest(path: string): Promise<Manifest | null> {
  const text = (await Bun.file(path).slice(0, MAX_BYTES).text()).replace(/^\uFEFF/, '').trimStart();
  if (text.startsWith('#EXTM3U')) {
    const hasParts = text.includes('#EXTINF') && text.includes('#EXT-X-TARGETDURATION');
    if (!hasParts && !text.includes('#EXT-X-STREAM-INF')) return null;
    const isWhole = text.includes('#EXT-X-ENDLIST') || text.includes('#EXT-X-PLAYLIST-TYPE:VOD');
    return { isLive: hasParts && !isWhole && text.length < MAX_BYTES };
  }
  const root = /<MPD\s[^>]{0,5000}>/.exec(text.slice(0, 10_000))?.[0];
  return root ? { isLive: /\btype\s*=\s*["']dynamic["']/.test(root) } : null;
}

/** RSS or Atom: a list that grows, which is followed and not kept. */
export async function isFeed(path: string): Promise<boolean> {
  const start = (await Bun.file(path).slice(0, 4096).text()).replace(/^\uFEFF/, '').trimStart();
  return (
    start.startsWith('<') && /<(?:rss\s|rdf:RDF\s|feed\s[^>]{0,2000}http:\/\/www\.w3\.org\/2005\/Atom)/.test(start)
  );
}
