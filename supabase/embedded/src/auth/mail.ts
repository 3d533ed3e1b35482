import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A letter to one user, ready to send. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
  kind: 'recovery' | 'magiclink' | 'signup' | 'email_change' | 'reauthentication' | 'invite';
  /** What the letter asks to open; null when it carries only a code. */
  link: string | null;
}

export type SendMail = (mail: Mail) => Promise<void>;

/** For an installation without a mail server: each letter becomes an `.eml` file, and one line says where. */
export function outbox(directory: string, log: (line: string) => void = console.info): SendMail {
  return async (mail) => {
    const time = new Date();
    const file = join(
      directory,
      `${time.toISOString().replaceAll(':', '-')}-${mail.kind}-${crypto.randomUUID().slice(0, 8)}.eml`,
    );
    // The letter opens an account, so nobody else on the machine may read it.
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(file, messageOf(mail, time), { mode: 0o600 });
    log(`No mail server is set up. The letter "${mail.subject}" to ${mail.to} is in ${file}`);
  };
}

/** RFC 5322, with lines ended as it asks. */
function messageOf({ to, subject, text }: Mail, time: Date): string {
  const headers = [
    'From: Nexus <nexus@localhost>',
    `To: ${to.replaceAll(/[\r\n]/g, '')}`,
    `Subject: ${subject}`,
    `Date: ${time.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${crypto.randomUUID()}@localhost>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ];
  return [...headers, '', text, ''].join('\n').replaceAll(/\r?\n/g, '\r\n');
}
