import MailComposer from 'nodemailer/lib/mail-composer';
import { letterHtml } from './letter-html.ts';
import type { Message } from './notifier.ts';
import { oneLine, shortened } from './shortened.ts';

export interface Letter {
  readonly messageId: string;
  /** RFC 5322 with both forms of the text. */
  readonly bytes: Buffer;
}

/** The same id with every attempt: a server or a reader that meets a letter twice can tell. */
export async function letterOf(told: Message, { from, to }: { from: string; to: readonly string[] }): Promise<Letter> {
  const message = { ...told, title: oneLine(told.title, 200) };
  const messageId = `<${message.id}@nexus.invalid>`;
  const composed = new MailComposer({
    messageId,
    date: message.createdAt,
    from,
    // As objects: a list in one address would send the letter to several people.
    to: to.map((address) => ({ name: '', address })),
    subject: message.title,
    text: letterText(message),
    html: letterHtml(message),
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { messageId, bytes: await composed.compile().build() };
}

function letterText({ title, paragraphs, facts, opportunities, links }: Message): string {
  const told = opportunities.map(({ post, analysis, value, link, campaign }, index) => {
    const who = post.author ? `${post.author.name} (@${post.author.handle})` : 'Somebody';
    const about = [`Value ${Math.round(value)}`, analysis?.intent, post.network, campaign.name].filter(Boolean);
    return [
      `${index + 1}. ${who}`,
      `   ${oneLine(post.text, 600)}`,
      ...(analysis?.reason ? [`   Why: ${oneLine(analysis.reason, 400)}`] : []),
      `   ${about.join(' · ')}`,
      `   ${post.url}`,
      ...(link ? [`   ${link}`] : []),
    ].join('\n');
  });
  const sections = [
    title,
    ...paragraphs,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    ...told,
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
  ];
  return shortened(sections.filter(Boolean).join('\n\n'), 100_000);
}
