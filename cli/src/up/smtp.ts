import type { SendMail } from '@nexus/embedded';
import { NexusError } from '@nexus/shared/platform';
import type { createTransport } from 'nodemailer';

export interface SmtpOptions {
  /** `smtps://user:password@host:465`, or `smtp://…:587`, which turns to TLS when the server offers it. */
  url: string;
  /** `Nexus <nexus@example.org>` or the address alone. */
  from: string;
}

/** Somebody waits in front of a form meanwhile. */
const PATIENCE_MS = 10_000;

/** Sends letters through a mail server. Throws `upstream-down` when it cannot be reached or does not take the letter. */
export function smtp({ url, from }: SmtpOptions): SendMail {
  let opened: Promise<ReturnType<typeof createTransport>> | undefined;
  // Loaded by the first letter: 20 MB of memory.
  const transport = () =>
    (opened ??= import('nodemailer').then((nodemailer) =>
      nodemailer.createTransport(
        { url, connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS },
        { from },
      ),
    ));
  return async ({ to, subject, text }) => {
    const open = await transport();
    try {
      // As an object: a list in one address would send the letter to several people.
      await open.sendMail({ to: { name: '', address: to }, subject, text });
    } catch (error) {
      throw new NexusError('upstream-down', 'The mail server did not take the letter. Try again later.', {
        cause: error,
      });
    }
  };
}
