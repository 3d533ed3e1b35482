import type { EmailMessage } from '@supabase/lite';
import type { Mail } from './mail.ts';

interface Letter {
  subject: string;
  intro: string;
}

const LETTERS: Record<Mail['kind'], Letter> = {
  recovery: { subject: 'Choose a new password', intro: 'Someone asked for a new password for your Nexus account.' },
  magiclink: { subject: 'Sign in to Nexus', intro: 'Someone asked to sign in to Nexus with this address.' },
  signup: { subject: 'Confirm your address', intro: 'Someone signed up to Nexus with this address.' },
  email_change: {
    subject: 'Confirm your new address',
    intro: 'Someone asked to change the address of your Nexus account.',
  },
  reauthentication: { subject: 'Your confirmation code', intro: 'Someone is changing your Nexus account.' },
  invite: { subject: 'You are invited to Nexus', intro: 'Someone invited you to Nexus.' },
};

/** Turns one of Lite's messages into ours. `rewriteLink` decides where its link leads. */
export function letterOf(message: EmailMessage, rewriteLink: (link: URL) => URL): Mail {
  const text = message.text ?? '';
  const found = /https?:\/\/\S+\/auth\/v1\/verify\?\S+/.exec(text)?.[0];
  const code = /code[^:\n]*: (\d{6,})/.exec(text)?.[1];
  const link = found ? rewriteLink(new URL(found)) : null;
  const kind = link ? kindOf(link) : 'reauthentication';
  const { subject, intro } = LETTERS[kind];

  const lines = [
    intro,
    link && `Open this link within an hour:\n${link.href}`,
    code && (link ? `Or enter this code: ${code}` : `Enter this code: ${code}`),
    'If it was not you, do nothing.',
  ];
  return { to: message.to, subject, kind, link: link?.href ?? null, text: lines.filter(Boolean).join('\n\n') };
}

function kindOf(link: URL): Mail['kind'] {
  const type = link.searchParams.get('type') ?? '';
  return Object.hasOwn(LETTERS, type) ? (type as Mail['kind']) : 'magiclink';
}
