import { createServer } from 'node:http';

export interface FeedServer extends AsyncDisposable {
  url: string;
}

export interface FeedEntry {
  id: string;
  title: string;
  text: string;
  author: string;
  postedAt: Date;
}

/** An RSS feed at the port on this machine that the started Nexus may fetch from. */
export async function feedServer(entries: readonly FeedEntry[]): Promise<FeedServer> {
  const port = Number(process.env.NEXUS_E2E_FEED_PORT);
  if (!port) throw new Error('NEXUS_E2E_FEED_PORT is not set: npm test sets it');
  const url = `http://127.0.0.1:${port}/feed.xml`;
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/rss+xml');
    response.end(rssOf(entries, url));
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function rssOf(entries: readonly FeedEntry[], url: string): string {
  const items = entries.map(
    ({ id, title, text, author, postedAt }) => `<item>
  <guid isPermaLink="false">${id}</guid>
  <title>${title}</title>
  <link>${url.replace('feed.xml', id)}</link>
  <description>${text}</description>
  <dc:creator>${author}</dc:creator>
  <pubDate>${postedAt.toUTCString()}</pubDate>
</item>`,
  );
  return `<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Island talk</title><link>${url}</link><description>What islanders say</description>
${items.join('\n')}
</channel></rss>`;
}
