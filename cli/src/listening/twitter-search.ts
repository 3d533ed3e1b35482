import { type NewRun, type Post, RawAnswer, Run, RunPost } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';
import { followRun } from './follow-run.ts';

interface SearchOptions {
  product: 'Latest' | 'Top' | 'People' | 'Media';
  limit: number;
  raw?: true;
  json?: true;
  address?: string;
}

const PAGE = 200;
const RAW_PAGE = 20;

/** `nexus twitter-search "words"`: searches X once, without a campaign, with the accounts that were added. */
export function twitterSearchCommand(): Command {
  return new Command('twitter-search')
    .description('Search X once, with no campaign: time, author, likes, words and address of each post, a line each')
    .argument('<query>', 'as X’s own search takes it, operators included, such as: "out of order" lang:en min_faves:5')
    .addOption(
      new Option('--product <tab>', 'the tab that is read')
        .choices(['Latest', 'Top', 'People', 'Media'])
        .default('Latest'),
    )
    .option('--limit <posts>', 'at most 10000', wholeNumber, 100)
    .option('--raw', 'X’s answers as they came, one a line, instead of posts')
    .option('--json', 'one post a line, as the API gives it')
    .addOption(new Option('--address <url>', 'a stand-in for X on this machine').hideHelp())
    .action(search);
}

async function search(query: string, options: SearchOptions): Promise<void> {
  if (options.product === 'People' && !options.raw) {
    throw new NexusError(
      'invalid-input',
      'People finds people, not posts. Add --raw to see them, or choose another tab.',
    );
  }
  const { url, apiKey } = await currentLogin();
  const client = apiClient(url, apiKey);
  const started = await client.request('POST', '/runs', Run, newRun(query, options));
  const run = await cancelable(client, started.id, () => followRun(client, started.id));
  if (options.raw) await printAnswers(client, run);
  else await printPosts(client, run, options);
  tellEnd(run);
}

/** Ctrl C cancels the run, and what was found until then is shown; a second one leaves it to itself. */
async function cancelable<Result>(client: ApiClient, runId: string, follow: () => Promise<Result>): Promise<Result> {
  let isCanceled = false;
  const cancel = () => {
    if (isCanceled) process.exit(130);
    isCanceled = true;
    const failed = ({ message }: Error) => void process.stderr.write(`${message}\n`);
    void client.request('POST', `/runs/${runId}/cancel`, Run).catch(failed);
  };
  process.on('SIGINT', cancel);
  try {
    return await follow();
  } finally {
    process.off('SIGINT', cancel);
  }
}

/** The query goes to X word for word; as a keyword it is what the run is called by. */
function newRun(query: string, { product, limit, raw, address }: SearchOptions): NewRun {
  const name = query.trim().slice(0, 200);
  if (name === '') throw new NexusError('invalid-input', 'Say what to search for.');
  return {
    kind: 'search',
    query: { ...NOTHING_ELSE, keywords: [name] },
    sources: [
      { source: 'x', credentialId: null, settings: { rawQuery: query.trim(), ...(address && { baseUrl: address }) } },
    ],
    maxPosts: limit,
    keepRaw: raw === true,
    product,
  };
}

const NOTHING_ELSE = {
  phrases: [],
  hashtags: [],
  mentions: [],
  follow: [],
  mute: [],
  exclude: [],
  excludePatterns: [],
  languages: [],
  minLikes: 0,
  minReplies: 0,
  minReposts: 0,
  withReposts: true,
};

async function printPosts(client: ApiClient, { id }: Run, { json }: SearchOptions): Promise<void> {
  const answer = z.object({ posts: z.array(RunPost), nextCursor: z.string().nullable() });
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
    const page: z.infer<typeof answer> = await client.request('GET', `/runs/${id}/posts?${query}`, answer);
    for (const { post } of page.posts) say(json ? JSON.stringify(post) : lineOf(post));
    cursor = page.nextCursor;
  }
}

async function printAnswers(client: ApiClient, { id }: Run): Promise<void> {
  const answer = z.object({ answers: z.array(RawAnswer), nextCursor: z.string().nullable() });
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = new URLSearchParams({ limit: String(RAW_PAGE), ...(cursor && { cursor }) });
    const page: z.infer<typeof answer> = await client.request('GET', `/runs/${id}/raw?${query}`, answer);
    for (const { body } of page.answers) say(body.replaceAll(/\r?\n/g, ' '));
    cursor = page.nextCursor;
  }
}

/** A short list is never passed off as all there is. */
function tellEnd({ counts, endReason, sources, problem, state }: Run): void {
  const detail = problem?.detail ?? sources[0]?.problem?.detail;
  process.stderr.write(`${counts.found} posts, ${endReason ?? state}${detail ? `: ${detail}` : ''}\n`);
  if (!['complete', 'limit', 'stalled'].includes(endReason ?? '')) process.exitCode = 1;
}

const lineOf = ({ postedAt, author, engagement, text, url }: Post): string =>
  [postedAt, `@${author?.handle ?? '?'}`, engagement.likes ?? 0, text.replaceAll(/\s+/g, ' '), url].join('\t');

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^[1-9]\d*$/.test(text) && number <= 10_000) return number;
  throw new InvalidArgumentError('Give a whole number up to 10000.');
}

/** Words of strangers may hold control characters that a terminal would obey. */
const say = (line: string) => void process.stdout.write(`${line.replaceAll(/[^\P{Cc}\t]/gu, '')}\n`);
