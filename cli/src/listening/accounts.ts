import { Account, type AccountChange } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';

/** `nexus accounts …`: the signed-in accounts that searches take turns with. */
export function accountsCommand(): Command {
  const command = new Command('accounts').description('Signed-in accounts that searches of X take turns with');
  for (const part of [list(), add(), remove(), reset(), enable(), disable()]) command.addCommand(part);
  return command;
}

interface AddOptions {
  file?: string;
  label?: string;
  proxy?: string;
  dailyCap?: number;
  json?: true;
}

const NAMES = 'label, id, or the beginning of an id';

const list = () =>
  new Command('list')
    .description('Id, state, requests today and label, a line each, with the reason where one is out of use')
    .option('--json', 'one account a line, as the API gives it')
    .action(async ({ json }: { json?: true }) => {
      const accounts = await readAccounts(await connect());
      for (const account of accounts) say(json ? JSON.stringify(account) : lineOf(account));
      if (accounts.length === 0)
        process.stderr.write('There is no account. Add one with: nexus accounts add --file cookies.json\n');
    });

const add = () =>
  new Command('add')
    .description(
      'Add an account by its cookies: header text, JSON, an exported array, cookies.txt, or base64 of one of these',
    )
    .argument(
      '[cookies]',
      'the cookies themselves; better in a file or on standard input, where no shell history keeps them',
    )
    .option('--file <path>', 'a file with the cookies')
    .option('--label <words>', 'by default the account’s number')
    .option('--proxy <address>', 'http://name:password@host:port or socks5://…')
    .option('--daily-cap <requests>', 'by default 500', wholeNumber)
    .option('--json')
    .action(async (argument: string | undefined, { file, label, proxy, dailyCap, json }: AddOptions) => {
      const cookies = await readCookies(argument, file);
      const client = await connect();
      const account = await client.request('POST', '/accounts', Account, { cookies, label, proxy, dailyCap });
      say(json ? JSON.stringify(account) : lineOf(account));
    });

const remove = () =>
  new Command('remove')
    .description('Forget an account and its cookies')
    .argument('<account>', NAMES)
    .action(async (name: string) => {
      const client = await connect();
      const { id, label } = await findAccount(client, name);
      await client.request('DELETE', `/accounts/${id}`, z.undefined());
      say(`${id}\tremoved\t${label}`);
    });

const reset = () =>
  new Command('reset')
    .description('Give a suspect or banned account, or one that needs cookies, another chance')
    .argument('<account>', NAMES)
    .action(async (name: string) => {
      const client = await connect();
      const { id } = await findAccount(client, name);
      say(lineOf(await client.request('POST', `/accounts/${id}/reset`, Account)));
    });

const enable = () =>
  new Command('enable')
    .description('Use a paused account again')
    .argument('<account>', NAMES)
    .action(changeTo({ enabled: true }));
const disable = () =>
  new Command('disable')
    .description('Pause an account')
    .argument('<account>', NAMES)
    .action(changeTo({ enabled: false }));

const changeTo = (change: AccountChange) => async (name: string) => {
  const client = await connect();
  const { id } = await findAccount(client, name);
  say(lineOf(await client.request('PATCH', `/accounts/${id}`, Account, change)));
};

async function readCookies(argument: string | undefined, file: string | undefined): Promise<string> {
  if (argument !== undefined && argument !== '-') return argument;
  if (file !== undefined) {
    if (await Bun.file(file).exists()) return Bun.file(file).text();
    throw new NexusError('invalid-input', `There is no file ${file}.`);
  }
  if (process.stdin.isTTY) process.stderr.write('Paste the cookies, then press Ctrl D.\n');
  const text = await Bun.stdin.text();
  if (text.trim() !== '') return text;
  throw new NexusError('invalid-input', 'No cookies. Give them by --file, on standard input, or as an argument.');
}

async function connect(): Promise<ApiClient> {
  const { url, apiKey } = await currentLogin();
  return apiClient(url, apiKey);
}

async function readAccounts(client: ApiClient): Promise<Account[]> {
  const { accounts } = await client.request('GET', '/accounts', z.object({ accounts: z.array(Account) }));
  return accounts;
}

async function findAccount(client: ApiClient, name: string): Promise<Account> {
  const accounts = await readAccounts(client);
  const exact = accounts.filter(({ id, label }) => id === name || label === name);
  const found = exact.length > 0 ? exact : accounts.filter(({ id }) => name.length >= 4 && id.startsWith(name));
  if (found.length === 1) return found[0]!;
  const detail = found.length > 1 ? `Several accounts are called ${name}. Use the id.` : `There is no account ${name}.`;
  throw new NexusError('not-found', `${detail} See: nexus accounts list`);
}

const lineOf = (account: Account): string =>
  [account.id, account.state, `${account.usedToday}/${account.dailyCap}`, account.label, reasonOf(account)]
    .filter(Boolean)
    .join('\t');

function reasonOf({ state, problem, cooling }: Account): string {
  if (state === 'cooling') return cooling.map(({ operation, until }) => `${operation} until ${until}`).join(', ');
  return state === 'paused' ? '' : (problem?.detail ?? '');
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number, such as 500.');
}

/** Labels and reasons may hold control characters that a terminal would obey. */
const say = (line: string) => void process.stdout.write(`${line.replaceAll(/[^\P{Cc}\n\t]/gu, '')}\n`);
