import { describe, expect, test } from 'bun:test';
import { discoverFeed, readFeed } from '../../../src/archive/feeds/read-feed.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readFeed(bytes(text), 'https://pod.example/feeds/main.xml');

const rss = (...items: string[]) =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Tools &amp; talk</title><link>https://pod.example/</link>${items.join('')}</channel></rss>`;

describe('an entry', () => {
  test('of a podcast is its sound, with name, author and date', () => {
    const feed = read(
      rss(
        '<item><title><![CDATA[One <b>more</b>\n thing]]></title><guid isPermaLink="false">e1</guid><pubDate>Tue, 10 Nov 2026 10:00:00 GMT</pubDate><link>https://pod.example/1</link><enclosure url="/1.mp3" length="12" type="audio/mpeg"/><itunes:author>Ann</itunes:author></item>',
      ),
    );

    expect(feed).toEqual({
      title: 'Tools & talk',
      siteUrl: 'https://pod.example/',
      entries: [
        {
          guid: 'e1',
          title: 'One more thing',
          url: 'https://pod.example/1.mp3',
          pageUrl: 'https://pod.example/1',
          author: 'Ann',
          bodyHtml: null,
          publishedAt: new Date('2026-11-10T10:00:00Z'),
        },
      ],
    });
  });

  test('of an Atom feed is its page when only a picture is enclosed', () => {
    const feed = read(
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>urn:1</id><title>Words</title><link rel="enclosure" type="image/png" href="/x.png"/><link href="https://blog.example/1"/><updated>2026-11-01T00:00:00Z</updated></entry></feed>',
    );

    expect(feed.entries[0]).toMatchObject({ guid: 'urn:1', url: 'https://blog.example/1' });
  });

  test('of a JSON feed is read as well', () => {
    const feed = read(
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'J',
        items: [
          { id: '7', title: 'Seven', attachments: [{ url: 'https://pod.example/7.m4a', mime_type: 'audio/mp4' }] },
        ],
      }),
    );

    expect(feed.entries).toMatchObject([{ guid: '7', title: 'Seven', url: 'https://pod.example/7.m4a' }]);
  });

  test('keeps what the feed holds of it: as markup, or plain words made markup', () => {
    const feeds = [
      rss(
        '<item><link>https://a.example/1</link><description>&lt;p&gt;Short &amp;amp; sweet&lt;/p&gt;</description></item>',
      ),
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>urn:1</id><title>T</title><link href="/1"/><content type="html">&lt;p&gt;Short &amp;amp; sweet&lt;/p&gt;</content></entry></feed>',
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>urn:1</id><title>T</title><link href="/1"/><summary>5 &lt; 6</summary></entry></feed>',
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'J',
        items: [{ id: '1', url: 'https://a.example/1', content_text: '5 < 6\nlines' }],
      }),
    ];

    expect(feeds.map((feed) => read(feed).entries[0]?.bodyHtml)).toEqual([
      '<p>Short &amp; sweet</p>',
      '<p>Short &amp; sweet</p>',
      '5 &lt; 6',
      '5 &lt; 6<br>lines',
    ]);
  });

  test('without a name for good is known by its address; one without an address is left out', () => {
    const feed = read(rss('<item><link>https://pod.example/a</link></item>', '<item><title>nothing</title></item>'));

    expect(feed.entries.map(({ guid }) => guid)).toEqual(['https://pod.example/a']);
  });

  test('never leads to anything but the web', () => {
    const feed = read(
      rss(
        '<item><guid>a</guid><link>javascript:alert(1)</link></item>',
        '<item><guid>b</guid><enclosure url="file:///etc/passwd" type="audio/mpeg" length="1"/></item>',
      ),
    );

    expect(feed.entries).toEqual([]);
  });
});

test('entries come newest first, those with a nonsensical date behind them, doubles once', () => {
  const item = (guid: string, date: string) =>
    `<item><guid>${guid}</guid><link>https://pod.example/${guid}</link><pubDate>${date}</pubDate></item>`;

  const feed = read(
    rss(
      item('old', 'Mon, 01 Jan 2024 00:00:00 GMT'),
      item('when', 'soon'),
      item('new', 'Sun, 01 Nov 2026 00:00:00 GMT'),
      item('old', 'Mon, 01 Jan 2024 00:00:00 GMT'),
    ),
  );

  expect(feed.entries.map(({ guid }) => guid)).toEqual(['new', 'old', 'when']);
});

test('a feed in another encoding keeps its letters', () => {
  const text = `<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><title>Голоса</title><item><link>https://pod.example/1</link><title>Первый выпуск о сборке</title></item></channel></rss>`;
  const encoded = Uint8Array.from(text, (letter) => {
    const code = letter.charCodeAt(0);
    return code < 128 ? code : code - 0x410 + 0xc0;
  });

  const feed = readFeed(encoded, 'https://pod.example/feed');

  expect([feed.title, feed.entries[0]?.title]).toEqual(['Голоса', 'Первый выпуск о сборке']);
});

test.each([
  ['a page', '<!doctype html><html><body>Welcome</body></html>'],
  ['half a feed', rss('<item><title>cut').slice(0, 150)],
  ['nothing', ''],
  ['an archive', 'PK\u0003\u0004 not a feed'],
  ['entities that unfold', '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><lolz>&b;</lolz>'],
])('%s is refused in words', (_name, content) => {
  expect(() => read(content)).toThrow('is no feed');
});

test('a page names its feed by a link of its head, whatever the order of the attributes', () => {
  const page = `<html><head><link href='/style.css' rel=stylesheet><link href="/pod.xml?a=1&amp;b=2" type="application/rss+xml" rel="alternate"></head>`;

  expect(discoverFeed(bytes(page), 'https://pod.example/show/')).toBe('https://pod.example/pod.xml?a=1&b=2');
  expect(discoverFeed(bytes('<html>'), 'https://pod.example/')).toBeNull();
});
