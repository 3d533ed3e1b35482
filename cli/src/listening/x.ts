import { SourceProtocol } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { Command } from 'commander';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';

const POLL_MS = 500;
/** A worker reads some twenty scripts. */
const MOST_SECONDS = 300;

/** `nexus x …`: whether X is still spoken to as it wants, and learning it anew. */
export function xCommand(): Command {
  const command = new Command('x').description('How X is spoken to: it changes without notice');
  for (const part of [status(), refresh()]) command.addCommand(part);
  return command;
}

const status = () =>
  new Command('status')
    .description('Version, state and when it was last checked')
    .option('--json')
    .action(async ({ json }: { json?: true }) => tell(await read(await connect()), json));

const refresh = () =>
  new Command('refresh')
    .description('Read from X’s own web app how it wants to be spoken to today')
    .option('--json')
    .action(async ({ json }: { json?: true }) => {
      const client = await connect();
      const before = await client.request('POST', '/sources/x/refresh', SourceProtocol);
      process.stderr.write('A worker reads X’s web app.\n');
      tell(await changedSince(client, before), json);
    });

async function changedSince(client: ApiClient, before: SourceProtocol): Promise<SourceProtocol> {
  const until = Date.now() + MOST_SECONDS * 1000;
  for (;;) {
    const now = await read(client);
    if (now.updatedAt !== before.updatedAt) return now;
    if (Date.now() > until) {
      throw new NexusError(
        'stalled',
        'Nothing new for five minutes: X cannot be read, or no worker is running. See the log of the server.',
      );
    }
    await Bun.sleep(POLL_MS);
  }
}

const read = (client: ApiClient): Promise<SourceProtocol> =>
  client.request('GET', '/sources/x/protocol', SourceProtocol);

async function connect(): Promise<ApiClient> {
  const { url, apiKey } = await currentLogin();
  return apiClient(url, apiKey);
}

function tell(protocol: SourceProtocol, json: true | undefined): void {
  const { version, state, checkedAt, problem } = protocol;
  const words = [
    version ?? 'as released',
    state,
    checkedAt ? `checked ${checkedAt}` : 'never checked',
    problem?.detail,
  ];
  process.stdout.write(`${json ? JSON.stringify(protocol) : words.filter(Boolean).join('\t')}\n`);
  if (problem) process.exitCode = 1;
}
