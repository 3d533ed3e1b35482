import { webServer, type WebServer } from './web-server.ts';

export interface VideoPage {
  recording: Uint8Array;
  /** VTT, offered by a <track>. */
  subtitles?: string;
  poster?: Uint8Array;
}

export interface VideoSite extends AsyncDisposable {
  host: string;
  origin: string;
  /** Method and path, in order. */
  asked: () => string[];
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

/** schema.org as sites write it for search engines, which yt-dlp reads too. */
const videoObject = (origin: string) => ({
  '@context': 'https://schema.org',
  '@type': 'VideoObject',
  name: 'Bees in winter',
  description: 'How a colony keeps warm.',
  uploadDate: '2024-05-01T10:00:00Z',
  author: { '@type': 'Person', name: 'Ann Lee' },
  thumbnailUrl: `${origin}/poster.jpg`,
  contentUrl: `${origin}/talk.webm`,
  duration: 'PT6S',
  hasPart: [
    { '@type': 'Clip', name: 'The hive', startOffset: 0, endOffset: 3 },
    { '@type': 'Clip', name: 'The cluster', startOffset: 3, endOffset: 6 },
  ],
});

const head = (title: string, more = '') =>
  `<!doctype html><html lang="en"><head><title>${title}</title><meta property="og:title" content="${title}">${more}</head>`;
const json = (value: object) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`;

/** Pages with recordings in the forms that the web has: a player with its subtitles, a description for machines, a list, a closed door. */
export async function videoSite(page: VideoPage, insideOrigin = 'http://127.0.0.1:9'): Promise<VideoSite> {
  const server: WebServer = await webServer(({ path, headers }, reply) => {
    const origin = `http://${headers.host}`;
    const player = `<video poster="/poster.jpg"><source src="/talk.webm" type="video/webm"><track kind="subtitles" srclang="en" label="English" src="/talk.vtt"></video>`;
    switch (path.replace(/\?.*/, '')) {
      case '/player':
        return reply.send(
          200,
          HTML,
          `${head('Bees in winter', json(videoObject(origin)))}<body>${player}</body></html>`,
        );
      case '/described':
        return reply.send(200, HTML, `${head('Bees', json(videoObject(origin)))}<body><p>A talk.</p></body></html>`);
      case '/many':
        return reply.send(
          200,
          HTML,
          `${head('All talks')}<body>${[1, 2, 3].map((n) => `<video src="/talk.webm?${n}"></video>`).join('')}</body></html>`,
        );
      case '/feed.xml':
        return reply.send(200, { 'content-type': 'application/rss+xml' }, feed(origin));
      case '/latest':
        return reply.send(302, { location: `${origin}/article` });
      case '/inside':
        return reply.send(
          200,
          HTML,
          `${head('Inside')}<body><video src="${insideOrigin}/secret.webm"></video></body></html>`,
        );
      case '/trap':
        return reply.send(200, HTML, `${head('Trap')}<body><video src="/to-inside"></video></body></html>`);
      case '/to-inside':
        return reply.send(302, { location: `${insideOrigin}/secret.webm` });
      case '/live.m3u8':
        return reply.send(
          200,
          { 'content-type': 'application/vnd.apple.mpegurl' },
          '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:201\n#EXTINF:6.0,\n201.ts\n#EXTINF:6.0,\n202.ts\n',
        );
      case '/members':
        return reply.send(403, HTML, '<h1>Members only</h1>');
      case '/article':
        return reply.send(200, HTML, article());
      case '/talk.webm':
        return reply.send(200, { 'content-type': 'video/webm' }, page.recording);
      case '/talk.vtt':
        return reply.send(page.subtitles ? 200 : 404, { 'content-type': 'text/vtt' }, page.subtitles ?? '');
      case '/poster.jpg':
        return reply.send(page.poster ? 200 : 404, { 'content-type': 'image/jpeg' }, page.poster ?? '');
      default:
        return reply.send(404, HTML, '<h1>Not found</h1>');
    }
  });
  return {
    host: server.host,
    origin: server.origin,
    asked: () => server.requests.map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function feed(origin: string): string {
  const entry = (n: number) => `<item><title>Episode ${n}</title><link>${origin}/player?${n}</link></item>`;
  const entries = Array.from({ length: 5000 }, (_, n) => entry(n));
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>Every talk</title>${entries.join('')}</channel></rss>`;
}

function article(): string {
  const paragraph =
    'The keeper of the lighthouse wrote down every ship that passed, and in the winter she wrote down the silence between them, hour after hour.';
  const described = {
    '@context': 'https://schema.org',
    '@graph': [
      {
        '@type': 'NewsArticle',
        headline: 'The silent winter',
        author: [{ '@type': 'Person', name: 'Vera Holm' }],
        datePublished: '2023-02-11T08:00:00Z',
      },
    ],
  };
  return `${head('The silent winter', `<meta property="og:type" content="article">${json(described)}`)}<body><nav>Home</nav><article><h1>The silent winter</h1>${`<p>${paragraph}</p>`.repeat(12)}<video src="/talk.webm"></video></article></body></html>`;
}
