import { Run, RunPost, RunState } from '@nexus/shared/listening';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';
import { followRun, progressOf } from './follow-run.ts';

const FIRST_WORDS = 100;

/** `nexus runs …`: what searches of campaigns are doing and what they found. */
export function runsCommand(): Command {
  const command = new Command('runs').description('Runs of campaigns, previews and searches');
  for (const part of [list(), show(), posts(), follow(), cancel()]) command.addCommand(part);
  return command;
}

const list = () =>
  new Command('list')
    .description('Id, when it began, campaign, and how it stands, a line each, the newest first')
    .option('--campaign <id>')
    .addOption(new Option('--state <state>').choices(RunState.options))
    .option('--limit <count>', 'at most 200', '20')
    .option('--json', 'one run a line, as the API gives it')
    .action(async (options: { campaign?: string; state?: string; limit: string; json?: true }) => {
      const query = new URLSearchParams({ limit: options.limit });
      if (options.campaign) query.set('campaignId', options.campaign);
      if (options.state) query.set('state', options.state);
      const page = z.object({ runs: z.array(Run), nextCursor: z.string().nullable() });
      const { runs, nextCursor } = await (await connect()).request('GET', `/runs?${query}`, page);
      for (const run of runs) say(options.json ? JSON.stringify(run) : lineOf(run));
      if (nextCursor) process.stderr.write('There are more. Raise --limit.\n');
    });

const show = () =>
  new Command('show')
    .description('How a run stands, and each of its sources')
    .argument('<id>')
    .option('--json')
    .action(async (id: string, options: { json?: true }) => {
      const run = await (await connect()).request('GET', pathOf(id), Run);
      say(options.json ? JSON.stringify(run) : describe(run));
    });

const posts = () =>
  new Command('posts')
    .description('What a run found, in the order it came: author, address and first words')
    .argument('<id>')
    .option('--dropped', 'those that rules put aside, with the reason')
    .option('--json', 'one post a line, as the API gives it')
    .action(async (id: string, options: { dropped?: true; json?: true }) => {
      const client = await connect();
      const page = z.object({ posts: z.array(RunPost), nextCursor: z.string().nullable() });
      const query = new URLSearchParams({ limit: '200', dropped: String(options.dropped ?? false) });
      for (;;) {
        const { posts: found, nextCursor } = await client.request('GET', `${pathOf(id)}/posts?${query}`, page);
        for (const one of found) say(options.json ? JSON.stringify(one) : postLine(one));
        if (nextCursor === null) return;
        query.set('cursor', nextCursor);
      }
    });

const follow = () =>
  new Command('follow')
    .description('Tell how a run goes until it is over; fails when the run did')
    .argument('<id>')
    .option('--json', 'at the end, as the API gives it')
    .action(async (id: string, options: { json?: true }) => {
      const run = await followRun(await connect(), id);
      say(options.json ? JSON.stringify(run) : lineOf(run));
      if (run.state !== 'done') process.exitCode = 1;
    });

const cancel = () =>
  new Command('cancel')
    .description('End a run; what was found stays')
    .argument('<id>')
    .action(async (id: string) => {
      say(lineOf(await (await connect()).request('POST', `${pathOf(id)}/cancel`, Run)));
    });

const lineOf = (run: Run): string =>
  [run.id, run.startedAt ?? run.createdAt, run.campaignName ?? run.kind, progressOf(run)].join('\t');

function describe(run: Run): string {
  const sources = run.sources.map(({ label, found, pages, state, endReason, problem }) =>
    [`  ${label}`, endReason ?? state, `${found} posts on ${pages} pages`, problem?.detail].filter(Boolean).join('\t'),
  );
  const rules = Object.entries(run.counts.droppedBy).map(([rule, count]) => `  put aside: ${count} by ${rule}`);
  return [lineOf(run), ...sources, ...rules].join('\n');
}

function postLine({ post, dropped }: RunPost): string {
  const words = post.text.replaceAll(/\s+/g, ' ').slice(0, FIRST_WORDS);
  return [post.author?.handle ?? '?', post.url, words, dropped?.rule].filter(Boolean).join('\t');
}

const pathOf = (id: string): string => `/runs/${encodeURIComponent(id)}`;

async function connect(): Promise<ApiClient> {
  const { url, apiKey } = await currentLogin();
  return apiClient(url, apiKey);
}

/** Posts and names may hold control characters that a terminal would obey. */
const say = (line: string) => void process.stdout.write(`${line.replaceAll(/[^\P{Cc}\n\t]/gu, '')}\n`);
