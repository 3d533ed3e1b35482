import type { FoundPost } from '@nexus/shared/listening';
import { failingServer } from './failing-server.ts';
import { escapeMarkup, paragraphs } from './markup.ts';
import type { SourceLoopback, SourceShape, SourceWorld } from './source-world.ts';

export const feedsShape: SourceShape = {
  network: 'rss',
  postId: (n) => `https://blog.example/posts/${n}`,
  postUrl: (id) => id,
  handle: (name) => `Person ${name}`,
  authorId: (handle) => `blog.example/${handle}`,
};

/** An RSS 2.0 feed at `/feed.xml`, as blogs give it; `/empty.xml` has no entries, `/page` is no feed, anything else is gone. */
export async function feedsServer(world: SourceWorld): Promise<SourceLoopback> {
  const server = await failingServer(
    {
      limitHeaders: () => ({ 'retry-after': '30' }),
      refusal: { status: 403, type: 'text/html', body: '<h1>Forbidden</h1>' },
      changed: { type: 'text/html', body: '<!doctype html><title>Moved</title>' },
    },
    ({ pathname }) => {
      if (pathname === '/feed.xml') return xml(world.hits);
      if (pathname === '/empty.xml') return xml([]);
      if (pathname === '/page') return { headers: { 'content-type': 'text/html' }, body: '<!doctype html><h1>Hi</h1>' };
      return { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not found</h1>' };
    },
  );
  return {
    host: server.host,
    settings: { feeds: [`${server.origin}/feed.xml`] },
    credentials: {},
    failNext: server.failNext,
    hanging: server.hanging,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const xml = (posts: readonly FoundPost[]) => ({
  headers: { 'content-type': 'application/rss+xml; charset=utf-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>The blog</title><link>https://blog.example/</link><description>Ships</description>
${posts.map(item).join('\n')}
</channel></rss>`,
});

function item(post: FoundPost): string {
  const [title = '', ...rest] = post.text.split('\n\n');
  return `<item><title>${escapeMarkup(title)}</title><link>${post.url}</link>
<guid isPermaLink="true">${post.externalId}</guid><dc:creator><![CDATA[${post.author.handle}]]></dc:creator>
<pubDate>${post.postedAt.toUTCString()}</pubDate><description>A short form</description>
<content:encoded><![CDATA[${paragraphs(rest.join('\n\n'))}]]></content:encoded></item>`;
}
