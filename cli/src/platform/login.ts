import { createInterface } from 'node:readline/promises';
import { NexusError } from '@nexus/shared/platform';
import { Command } from 'commander';
import { z } from 'zod';
import { apiClient } from './api-client.ts';
import { DEFAULT_URL, storeLogin } from './stored-login.ts';

const Me = z.object({ user: z.object({ email: z.string() }), orgs: z.array(z.object({ name: z.string() })) });

/** Checks a key against the server, then keeps both for later commands. */
export function login(): Command {
  return new Command('login')
    .description('Keep the address of Nexus and an API key for later commands')
    .option('--url <address>', 'where Nexus runs', process.env.NEXUS_URL || DEFAULT_URL)
    .option('--key <key>', 'an API key (nx_…); asked for when missing')
    .action(async ({ url, key }: { url: string; key?: string }) => {
      const apiKey = key ?? (await askForKey());
      if (!apiKey.startsWith('nx_'))
        throw new NexusError('invalid-input', 'An API key begins with nx_. Make one under Settings, API keys.');
      const client = apiClient(url, apiKey);
      const me = await client.request('GET', '/me', Me);
      const file = await storeLogin({ url: client.url, apiKey });
      process.stdout.write(`${me.user.email}, ${me.orgs[0]?.name ?? 'no organisation'}\n`);
      process.stderr.write(`Kept in ${file}\n`);
    });
}

async function askForKey(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question('API key: ')).trim();
  } finally {
    terminal.close();
  }
}
