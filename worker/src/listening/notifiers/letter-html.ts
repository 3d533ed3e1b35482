import type { Message } from './notifier.ts';
import { shortened } from './shortened.ts';

/** Styles stand on the elements: readers of mail drop sheets of them. */
const CARD = 'margin:0 0 16px;padding:12px 16px;border:1px solid #d8dbe0;border-radius:8px';
const MUTED = 'margin:6px 0 0;color:#5b6270;font-size:13px';

/** A letter as HTML: no pictures, nothing from outside, every text escaped. */
export function letterHtml({ title, paragraphs, facts, opportunities, links }: Message): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body style="margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#1b1e24;background:#ffffff">
<div style="max-width:640px;margin:0 auto">
<h1 style="margin:0 0 12px;font-size:20px">${escaped(title)}</h1>
${paragraphs.map((text) => `<p style="margin:0 0 12px">${escaped(text)}</p>`).join('\n')}
${factsHtml(facts)}
${opportunities.map(opportunityHtml).join('\n')}
<p style="margin:16px 0 0">${links.map(({ label, url }) => anchor(url, label)).join(' &nbsp; ')}</p>
</div></body></html>`;
}

function opportunityHtml({ post, analysis, value, link, campaign }: Message['opportunities'][number]): string {
  const who = post.author ? `${post.author.name} (@${post.author.handle})` : 'Somebody';
  const about = [`Value ${Math.round(value)}`, analysis?.intent, post.network, campaign.name]
    .filter(Boolean)
    .join(' · ');
  const anchors = [...(link ? [anchor(link, 'Open in Nexus')] : []), anchor(post.url, 'See the post')];
  return `<div style="${CARD}">
<p style="margin:0;font-weight:600"><bdi>${escaped(who)}</bdi></p>
<p dir="auto" style="margin:6px 0 0;white-space:pre-wrap">${escaped(shortened(post.text, 1000))}</p>
${analysis?.reason ? `<p style="margin:6px 0 0">${escaped(shortened(analysis.reason, 600))}</p>` : ''}
<p style="${MUTED}">${escaped(about)}</p>
<p style="margin:6px 0 0">${anchors.join(' &nbsp; ')}</p>
</div>`;
}

const factsHtml = (facts: Message['facts']): string =>
  facts.length === 0
    ? ''
    : `<p style="${MUTED};margin-bottom:16px">${facts.map(({ label, value }) => escaped(`${label}: ${value}`)).join(' · ')}</p>`;

/** An address of a post may be anything: only web addresses become links. */
const anchor = (url: string, label: string): string =>
  /^https?:\/\//i.test(url) ? `<a href="${escaped(url)}" style="color:#2456c8">${escaped(label)}</a>` : escaped(url);

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
