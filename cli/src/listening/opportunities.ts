import {
  type Opportunity,
  Opportunity as OpportunitySchema,
  type OpportunityChange,
  OpportunityDetail,
  OpportunityNote,
  OpportunityPage,
  OpportunityState,
} from '@nexus/shared/listening';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';

const HOUR_MS = 3_600_000;
const FIRST_WORDS = 80;

/** `nexus opportunities …`: the inbox from a terminal. */
export function opportunitiesCommand(): Command {
  const command = new Command('opportunities').description('Posts worth acting on, the most valuable first');
  for (const part of [list(), show(), done(), dismiss(), snooze(), note()]) command.addCommand(part);
  return command;
}

const list = () =>
  new Command('list')
    .description('Id, value, state, author and first words, a line each')
    .addOption(new Option('--state <state>').choices(OpportunityState.options).default('new'))
    .option('--campaign <id>')
    .option('--search <words>', 'words of the post, or @handle for an author')
    .option('--limit <count>', 'at most 200', '20')
    .option('--json', 'one opportunity a line, as the API gives it')
    .action(async (options: { state: string; campaign?: string; search?: string; limit: string; json?: true }) => {
      const query = new URLSearchParams({ state: options.state, limit: options.limit });
      if (options.campaign) query.set('campaign', options.campaign);
      if (options.search) query.set('q', options.search);
      const client = await connect();
      const page = await client.request('GET', `/opportunities?${query}`, OpportunityPage);
      for (const one of page.opportunities) say(options.json ? JSON.stringify(one) : lineOf(one));
      if (page.nextCursor) process.stderr.write('There are more. Raise --limit or narrow the search.\n');
    });

const show = () =>
  new Command('show')
    .description('One opportunity: the post, why it matters, suggested replies, notes and what came of it')
    .argument('<id>')
    .option('--json')
    .action(async (id: string, options: { json?: true }) => {
      const client = await connect();
      const detail = await client.request('GET', pathOf(id), OpportunityDetail);
      say(options.json ? JSON.stringify(detail) : describe(detail));
    });

const done = () => new Command('done').argument('<id...>').action((ids: string[]) => changeAll(ids, { state: 'done' }));

const dismiss = () =>
  new Command('dismiss')
    .argument('<id...>')
    .requiredOption('--reason <words>', 'why: the next judging learns from it')
    .action((ids: string[], { reason }: { reason: string }) =>
      changeAll(ids, { state: 'dismissed', dismissedReason: reason }),
    );

const snooze = () =>
  new Command('snooze')
    .argument('<id...>')
    .requiredOption('--hours <count>', 'for how long', hours)
    .action((ids: string[], options: { hours: number }) =>
      changeAll(ids, {
        state: 'snoozed',
        snoozedUntil: new Date(Date.now() + options.hours * HOUR_MS).toISOString(),
      }),
    );

const note = () =>
  new Command('note')
    .argument('<id>')
    .argument('<text>')
    .action(async (id: string, text: string) => {
      const client = await connect();
      const added = await client.request('POST', `${pathOf(id)}/notes`, OpportunityNote, { text });
      say(added.id);
    });

async function changeAll(ids: readonly string[], change: OpportunityChange): Promise<void> {
  const client = await connect();
  for (const id of ids) say(lineOf(await client.request('PATCH', pathOf(id), OpportunitySchema, change)));
}

async function connect(): Promise<ApiClient> {
  const { url, apiKey } = await currentLogin();
  return apiClient(url, apiKey);
}

const pathOf = (id: string) => `/opportunities/${encodeURIComponent(id)}`;

const lineOf = ({ id, value, state, post }: Opportunity): string =>
  [id, value.toFixed(1), state, `@${post.author?.handle ?? '?'}`, firstWords(post.text)].join('\t');

const firstWords = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, FIRST_WORDS);

function describe(detail: OpportunityDetail): string {
  const { post, analysis, campaign, state, value, deadline } = detail;
  const paragraphs = [
    `@${post.author?.handle ?? '?'} on ${post.network}, ${post.postedAt}\n${post.url}`,
    post.text,
    `${campaign.name} · ${state} · value ${value.toFixed(1)}${deadline ? ` · until ${deadline}` : ''}`,
    analysis && `Relevance ${analysis.relevance} (${analysis.judgedBy}): ${analysis.reason}`,
    ...(analysis?.replies ?? []).map(({ text }, index) => `Reply ${index + 1}: ${text}`),
    detail.draft && `Draft: ${detail.draft}`,
    ...detail.outcomes.map(({ kind, detail: what }) => `${kind}: ${what.text ?? what.count ?? ''} ${what.url ?? ''}`),
    ...detail.notes.map(({ text, createdAt }) => `Note of ${createdAt}: ${text}`),
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

function hours(text: string): number {
  const count = Number(text);
  if (Number.isFinite(count) && count > 0 && count <= 24 * 365) return count;
  throw new InvalidArgumentError('Give hours, such as 24.');
}

/** What others wrote may hold control characters that a terminal would obey. */
const say = (line: string) => void process.stdout.write(`${line.replaceAll(/[^\P{Cc}\n\t]/gu, '')}\n`);
