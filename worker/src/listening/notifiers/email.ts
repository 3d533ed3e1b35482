import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { OutletIo } from '../deliveries/outlet.ts';
import { letterOf } from './letter.ts';
import type { Notifier } from './notifier.ts';
import { type MailServer, sendLetter } from './send-letter.ts';

const Settings = z.strictObject({
  host: z
    .string()
    .trim()
    .min(1)
    .meta({ title: 'Mail server', examples: ['smtp.example.org'] }),
  port: z.int().min(1).max(65_535).default(465).meta({ title: 'Port', description: '465 for TLS, 587 for STARTTLS.' }),
  encryption: z
    .enum(['tls', 'starttls', 'none'])
    .default('tls')
    .meta({ title: 'Encryption', description: 'Never “none” outside of your own network.' }),
  user: z.string().trim().optional().meta({ title: 'User name' }),
  from: z.email().meta({ title: 'Sender', examples: ['nexus@example.org'] }),
});
const Credentials = z.strictObject({ password: z.string().optional().meta({ title: 'Password' }) });
const RECEIVERS = /^[^\s,;<>"]+@[^\s,;<>"]+(\s*[,;]\s*[^\s,;<>"]+@[^\s,;<>"]+)*$/;
const Address = z.strictObject({
  to: z
    .string()
    .trim()
    .max(2000)
    .regex(RECEIVERS, 'Addresses with commas between')
    .meta({ title: 'Receivers', description: 'Addresses with commas between.', examples: ['team@example.org'] }),
});

/** SMTP (RFC 5321), by a mail server of the organisation's own or the installation's. What was taken cannot be looked for. */
export const email: Notifier = {
  id: 'email',
  label: 'Email',
  description: 'Letters and digests, through your mail server or the one this installation has.',
  settings: Settings,
  credentials: Credentials,
  address: Address,
  needsConnection: false,

  async send(message, io) {
    const to = Address.parse(io.address)
      .to.split(/\s*[,;]\s*/)
      .filter(Boolean);
    const server = serverOf(io);
    const letter = await letterOf(message, { from: server.from, to });
    return sendLetter({ from: addressIn(server.from), to }, letter, server, io);
  },
};

function serverOf({ settings, credentials, mail }: OutletIo): MailServer & { from: string } {
  if (Object.keys(settings).length > 0) {
    const { host, port, encryption, user, from } = Settings.parse(settings);
    const { password } = Credentials.parse(credentials);
    return {
      host,
      port,
      encryption,
      from,
      isTrusted: false,
      ...(user && { auth: { user, password: password ?? '' } }),
    };
  }
  if (mail === null) {
    const detail = 'This installation has no mail server. Add one under Connections, or set NEXUS_SMTP_URL.';
    throw new NexusError('not-configured', detail);
  }
  const { hostname, port, protocol, username, password } = new URL(mail.url);
  const isSecure = protocol === 'smtps:';
  return {
    host: hostname,
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    encryption: isSecure ? 'tls' : 'offered',
    from: mail.from,
    isTrusted: true,
    ...(username && { auth: { user: decodeURIComponent(username), password: decodeURIComponent(password) } }),
  };
}

/** `Nexus <nexus@example.org>` or the address alone. */
const addressIn = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
