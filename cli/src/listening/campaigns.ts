import { Campaign, type CampaignChange, NewCampaign, Run } from '@nexus/shared/listening';
import { fieldsOf, NexusError } from '@nexus/shared/platform';
import { Command } from 'commander';
import { z } from 'zod';
import { uploadFile } from '../archive/upload-file.ts';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';
import { followRun } from './follow-run.ts';

const NAMES = 'name, id, or the beginning of an id';

/** `nexus campaigns …`: what is watched, and its runs. */
export function campaignsCommand(): Command {
  const command = new Command('campaigns').description('What is watched: its words, its sources, its schedule');
  for (const part of [list(), show(), create(), run(), importPosts(), pause(), resume(), remove()])
    command.addCommand(part);
  return command;
}

const list = () =>
  new Command('list')
    .description('Id, state, next run, new opportunities and name, a line each')
    .option('--json', 'one campaign a line, as the API gives it')
    .action(async ({ json }: { json?: true }) => {
      const campaigns = await readCampaigns(await connect());
      for (const campaign of campaigns) say(json ? JSON.stringify(campaign) : lineOf(campaign));
      if (campaigns.length === 0)
        process.stderr.write('There is no campaign. Make one with: nexus campaigns create campaign.json\n');
    });

const show = () =>
  new Command('show')
    .description('A campaign as JSON; without ids and times it can be given to create again')
    .argument('<campaign>', NAMES)
    .action(async (name: string) => {
      say(JSON.stringify(await findCampaign(await connect(), name), null, 2));
    });

const create = () =>
  new Command('create')
    .description('Make a campaign from JSON: {"name", "query": {"keywords": […]}, "sources": [{"source": "bluesky"}]}')
    .argument('[file]', 'by default standard input', '-')
    .action(async (file: string) => {
      const campaign = await readNewCampaign(file);
      say(lineOf(await (await connect()).request('POST', '/campaigns', Campaign, campaign)));
    });

const run = () =>
  new Command('run')
    .description('Start a run and follow it to its end')
    .argument('<campaign>', NAMES)
    .option('--no-follow', 'only start it')
    .action(async (name: string, options: { follow: boolean }) => {
      const client = await connect();
      const { id: campaignId } = await findCampaign(client, name);
      await startRun(client, { kind: 'full', campaignId }, options.follow);
    });

const importPosts = () =>
  new Command('import')
    .description('Bring in posts from JSON Lines, twscrape’s own output among them, and judge them for a campaign')
    .argument('<campaign>', NAMES)
    .argument('<file>', 'one post a line')
    .option('--no-follow', 'only start it')
    .action(async (name: string, file: string, options: { follow: boolean }) => {
      const client = await connect();
      const { id: campaignId } = await findCampaign(client, name);
      const path = await uploadFile(client, file, () => undefined);
      await startRun(client, { kind: 'import', campaignId, path }, options.follow);
    });

const pause = () =>
  new Command('pause')
    .description('Leave out its scheduled runs')
    .argument('<campaign>', NAMES)
    .action(changeTo({ isPaused: true }));
const resume = () =>
  new Command('resume')
    .description('Go on with its schedule')
    .argument('<campaign>', NAMES)
    .action(changeTo({ isPaused: false }));

const remove = () =>
  new Command('delete')
    .description('Remove a campaign with its runs, judgements and opportunities')
    .argument('<campaign>', NAMES)
    .action(async (name: string) => {
      const client = await connect();
      const { id, name: title } = await findCampaign(client, name);
      await client.request('DELETE', `/campaigns/${id}`, z.undefined());
      say(`${id}\tdeleted\t${title}`);
    });

const changeTo = (change: CampaignChange) => async (name: string) => {
  const client = await connect();
  const { id } = await findCampaign(client, name);
  say(lineOf(await client.request('PATCH', `/campaigns/${id}`, Campaign, change)));
};

async function startRun(client: ApiClient, body: object, isFollowed: boolean): Promise<void> {
  const { id } = await client.request('POST', '/runs', Run, body);
  say(id);
  if (!isFollowed) return;
  const { state } = await followRun(client, id);
  if (state !== 'done') process.exitCode = 1;
}

async function readNewCampaign(file: string): Promise<z.input<typeof NewCampaign>> {
  if (file !== '-' && !(await Bun.file(file).exists()))
    throw new NexusError('invalid-input', `There is no file ${file}.`);
  const text = await (file === '-' ? Bun.stdin : Bun.file(file)).text();
  const parsed = NewCampaign.safeParse(readJson(text));
  if (parsed.success) return parsed.data;
  throw new NexusError('invalid-input', 'This is no campaign.', { fields: fieldsOf(parsed.error) });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NexusError('invalid-input', `This is no JSON: ${error.message}.`, { cause: error });
  }
}

async function readCampaigns(client: ApiClient): Promise<Campaign[]> {
  const { campaigns } = await client.request('GET', '/campaigns', z.object({ campaigns: z.array(Campaign) }));
  return campaigns;
}

async function findCampaign(client: ApiClient, name: string): Promise<Campaign> {
  const campaigns = await readCampaigns(client);
  const exact = campaigns.filter((campaign) => campaign.id === name || campaign.name === name);
  const found = exact.length > 0 ? exact : campaigns.filter(({ id }) => name.length >= 4 && id.startsWith(name));
  if (found.length === 1) return found[0]!;
  const detail =
    found.length > 1 ? `Several campaigns are called ${name}. Use the id.` : `There is no campaign ${name}.`;
  throw new NexusError('not-found', `${detail} See: nexus campaigns list`);
}

const lineOf = (campaign: Campaign): string =>
  [
    campaign.id,
    campaign.isPaused ? 'paused' : (campaign.lastRun?.state ?? 'never run'),
    campaign.isPaused ? '' : (campaign.nextRunAt ?? 'when told'),
    `${campaign.openCount} new`,
    campaign.name,
  ].join('\t');

async function connect(): Promise<ApiClient> {
  const { url, apiKey } = await currentLogin();
  return apiClient(url, apiKey);
}

/** Names may hold control characters that a terminal would obey. */
const say = (line: string) => void process.stdout.write(`${line.replaceAll(/[^\P{Cc}\n\t]/gu, '')}\n`);
