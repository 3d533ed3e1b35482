import { AddedItem, Item, type ItemStatus } from '@nexus/shared/archive';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { Command } from 'commander';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';
import { isResting } from './is-resting.ts';
import { type Addition, pairSubtitles } from './pair-subtitles.ts';
import { type Given, sendFile } from './send-file.ts';

interface AddOptions {
  wait?: boolean;
  json?: boolean;
  title?: string;
  language?: string;
}

interface Outcome {
  path: string;
  id: string | null;
  status: ItemStatus | 'not-added';
  title: string | null;
  problem: string | null;
}

const POLL_MS = 500;
/** A restart takes seconds; this is a minute. */
const MOST_MISSES = 120;

export function add(): Command {
  return new Command('add')
    .description('Add files or links to pages and files. talk.vtt beside talk.mp3 becomes its transcript')
    .argument('<path...>', 'files, or http(s) addresses')
    .option('--wait', 'until all are worked on; fails when one of them does')
    .option('--json', 'print one JSON array')
    .option('--title <title>', 'for a single file')
    .option('--language <tag>', 'what is spoken or written in, for example en or ru')
    .action(async (paths: string[], options: AddOptions) => {
      const { url, apiKey } = await currentLogin();
      const outcomes = await addAll(apiClient(url, apiKey), paths, options);
      if (options.json) process.stdout.write(`${JSON.stringify(outcomes)}\n`);
      else
        for (const { id, status, title, path } of outcomes)
          process.stdout.write(`${id ?? '-'}\t${status}\t${title ?? path}\n`);
      if (outcomes.some(({ status }) => status === 'not-added' || status === 'failed')) process.exitCode = 1;
    });
}

async function addAll(client: ApiClient, paths: readonly string[], options: AddOptions): Promise<Outcome[]> {
  const isLink = (path: string) => /^https?:\/\//i.test(path);
  const additions = [
    ...paths.filter(isLink).map((path) => ({ path })),
    ...pairSubtitles(paths.filter((path) => !isLink(path))),
  ];
  const outcomes: Outcome[] = [];
  // One after the other: together they would only share the same line. What cannot be added does not keep the rest out.
  for (const addition of additions) outcomes.push(await addOne(client, addition, options));
  if (!options.wait) return outcomes;
  return waitForAll(client, outcomes);
}

async function addOne(client: ApiClient, addition: Addition, options: AddOptions): Promise<Outcome> {
  const { path } = addition;
  const given: Given = {
    ...(options.title && { title: options.title }),
    ...(options.language && { language: options.language }),
  };
  try {
    const item = /^https?:\/\//i.test(path)
      ? await addLink(client, path, given)
      : await sendFile(client, addition, given, say);
    return outcomeOf(path, item);
  } catch (error) {
    if (!isProblem(error)) throw error;
    say(`${path}: ${error.detail}`);
    return { path, id: null, status: 'not-added', title: null, problem: (error satisfies NexusError).detail };
  }
}

async function addLink(client: ApiClient, url: string, given: Given): Promise<Item> {
  const item = await client.request('POST', '/media/process', AddedItem, { source: 'url', url, ...given });
  if (item.alreadyHere) say(`${url}: already in the archive`);
  return item;
}

/** Asks for one after the other, so that many items do not run into the limit of requests. */
async function waitForAll(client: ApiClient, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const latest = new Map(outcomes.map((outcome) => [outcome, outcome]));
  const shown = new Map<Outcome, string>();
  const open = new Set(outcomes.filter(({ id }) => id !== null));
  let misses = 0;
  for (;;) {
    for (const outcome of open) {
      const item = await readItem(client, outcome);
      misses = item ? 0 : misses + 1;
      if (misses > MOST_MISSES)
        throw new NexusError(
          'upstream-down',
          `Nexus has not answered for a while at ${client.url}. What was added stays.`,
        );
      if (!item) break;
      const line = stateLine(outcome.path, item);
      if (line !== shown.get(outcome)) say(line);
      shown.set(outcome, line);
      latest.set(outcome, outcomeOf(outcome.path, item));
      if (isResting(item.status)) open.delete(outcome);
    }
    if (open.size === 0) return [...latest.values()];
    await Bun.sleep(POLL_MS);
  }
}

/** Null when the server asks for patience or is being started anew: the work goes on without us. */
async function readItem(client: ApiClient, { id }: Outcome): Promise<Item | null> {
  try {
    return await client.request('GET', `/media/${id}`, Item);
  } catch (error) {
    if (!isProblem(error, 'too-many-requests', 'upstream-down')) throw error;
    say(error.detail);
    return null;
  }
}

function stateLine(path: string, item: Item): string {
  const step = item.steps.find(({ state }) => state === 'working');
  const doing = step ? `${step.name}, ${Math.floor(step.progress * 100)} %` : item.status;
  return `${path}: ${doing}${item.problem ? `. ${item.problem.detail}` : ''}`;
}

const outcomeOf = (path: string, item: Item): Outcome => ({
  path,
  id: item.id,
  status: item.status,
  title: item.title,
  problem: item.problem?.detail ?? null,
});

const say = (line: string) => void process.stderr.write(`${line}\n`);
