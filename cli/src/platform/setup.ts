import { join } from 'node:path';
import { NexusError, SCOPES } from '@nexus/shared/platform';
import { Command } from 'commander';
import { z } from 'zod';
import { apiClient } from './api-client.ts';
import { nexusHome } from './nexus-home.ts';
import { DEFAULT_URL } from './stored-login.ts';

const SetupState = z.object({ ownerExists: z.boolean() });
const Session = z.object({ access_token: z.string(), user: z.object({ id: z.uuid() }) });
const AuthProblem = z.object({
  msg: z.string().optional(),
  message: z.string().optional(),
  error_description: z.string().optional(),
});

interface SetupOptions {
  url: string;
  email: string;
  password?: string;
  org: string;
  json?: boolean;
}

/** Makes the first owner and the first organisation without a browser. Refuses when there is an owner already. */
export function setup(): Command {
  return new Command('setup')
    .description('Make the first owner without a browser and print an API key')
    .requiredOption('--email <address>', 'the owner signs in with it')
    .option('--password <password>', 'else NEXUS_SETUP_PASSWORD')
    .requiredOption('--org <name>', 'name of the organisation')
    .option('--url <address>', 'where Nexus runs', process.env.NEXUS_URL || DEFAULT_URL)
    .option('--json', 'print one JSON object')
    .action(async (options: SetupOptions) => {
      const made = await makeFirstOwner(options);
      if (options.json) process.stdout.write(`${JSON.stringify(made)}\n`);
      else process.stdout.write(`${made.apiKey}\n`);
      process.stderr.write(
        `${options.email} owns "${options.org}". The key is shown only now. Store it with: nexus login --url ${made.url} --key …\n`,
      );
    });
}

async function makeFirstOwner({ url, email, password = process.env.NEXUS_SETUP_PASSWORD, org }: SetupOptions) {
  if (!password) throw new NexusError('invalid-input', 'A password is needed: --password, or NEXUS_SETUP_PASSWORD.');
  const anonymous = apiClient(url);
  if ((await anonymous.request('GET', '/setup', SetupState)).ownerExists) {
    throw new NexusError('conflict', 'There is an owner already. Sign in, or ask for an invitation.');
  }
  const session = await signUp(anonymous.url, email, password);
  const owner = apiClient(url, session.access_token);
  const { id: orgId } = await owner.request('POST', '/orgs', z.object({ id: z.uuid() }), {
    name: org,
    onlyFirst: true,
  });
  const { key: apiKey } = await owner.request('POST', '/keys', z.object({ key: z.string() }), {
    name: 'setup',
    scopes: SCOPES,
  });
  return { url: anonymous.url, orgId, userId: session.user.id, apiKey };
}

async function signUp(url: string, email: string, password: string): Promise<z.infer<typeof Session>> {
  const response = await fetch(`${url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: await anonKey(), 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const body: unknown = await response.json();
  const session = Session.safeParse(body);
  if (session.success) return session.data;
  const said = AuthProblem.safeParse(body).data;
  const reason = said?.msg ?? said?.message ?? said?.error_description;
  throw new NexusError(
    'upstream-refused',
    reason ?? 'Sign-up needs a confirmation by mail here. Confirm it, then found the organisation in the browser.',
  );
}

/** Public, but only the machine that runs Nexus knows it without being told. */
async function anonKey(): Promise<string> {
  if (process.env.SUPABASE_ANON_KEY) return process.env.SUPABASE_ANON_KEY;
  const path = join(nexusHome(), 'secrets.json');
  const file = Bun.file(path);
  if (!(await file.exists())) {
    throw new NexusError(
      'not-configured',
      `No secrets at ${path}. Run this where Nexus runs, or set SUPABASE_ANON_KEY.`,
    );
  }
  return z.object({ anonKey: z.string() }).parse(await file.json()).anonKey;
}
