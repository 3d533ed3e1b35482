import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Item } from '@nexus/shared/archive';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { watch as watchFiles } from 'chokidar';
import { Command, InvalidArgumentError } from 'commander';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';
import { isResting } from './is-resting.ts';
import { type Addition, isSubtitle, pairSubtitles } from './pair-subtitles.ts';
import { sendFile } from './send-file.ts';
import { SentFilesOfFolder } from './sent-files.ts';
import { settledFiles } from './settled-files.ts';

interface WatchOptions {
  once?: boolean;
  existing: boolean;
  language?: string;
  settle: number;
}

interface Watch {
  client: ApiClient;
  sent: SentFilesOfFolder;
  options: WatchOptions;
}

/** What Nexus can make something of; everything else in a folder is left alone. */
const KNOWN =
  /\.(mp3|m4a|m4b|aac|ogg|oga|opus|flac|wav|wma|aiff?|amr|mp4|m4v|mov|mkv|webm|avi|mpe?g|ts|3gp|srt|vtt|txt|md|html?|pdf|docx)$/i;
/** Hidden files and what browsers and sync programs write while they are at it. */
const UNFINISHED = /^[.~]|\.(part|partial|crdownload|download|tmp|temp|!ut)$|~$/i;
/** A server that restarts is back in seconds; one that is off is asked every five minutes. */
const MOST_WAIT_SECONDS = 300;

export function watch(): Command {
  return new Command('watch')
    .description('Add whatever appears in a folder, until it is ended. What was added once is not added again')
    .argument('<folder>')
    .option('--once', 'add what is there and end')
    .option('--no-existing', 'leave what is there already; add only what comes')
    .option('--language <tag>', 'what is spoken or written in, for example en or ru')
    .option('--settle <seconds>', 'how long a file must stay unchanged before it is sent', seconds, 3)
    .action(async (folder: string, options: WatchOptions) => {
      const { url, apiKey } = await currentLogin();
      const path = await folderAt(folder);
      const sent = await SentFilesOfFolder.open(url, path);
      await watchFolder(path, { client: apiClient(url, apiKey), sent, options });
    });
}

async function watchFolder(folder: string, watch: Watch): Promise<void> {
  const { options } = watch;
  const waiting = new Set<string>();
  let isScanned = false;
  let wake = () => {};
  const ending = new AbortController();
  const end = () => {
    ending.abort();
    wake();
  };
  process.once('SIGINT', end).once('SIGTERM', end);

  const isOurs = (path: string) => KNOWN.test(path) && !UNFINISHED.test(basename(path));
  const watcher = watchFiles(folder, { ignored: (path) => path !== folder && UNFINISHED.test(basename(path)) });
  const note = (path: string) => {
    if (!isOurs(path) || (!isScanned && !options.existing)) return;
    waiting.add(path);
    wake();
  };
  watcher
    .on('add', note)
    .on('change', note)
    .on('unlink', (path) => waiting.delete(path));
  watcher.on('error', (error) => say(`${folder}: ${error instanceof Error ? error.message : String(error)}`));
  await new Promise<void>((done) => watcher.once('ready', () => done()));
  isScanned = true;
  if (!options.once) say(`Watching ${folder}. End with Ctrl+C.`);

  try {
    while (!ending.signal.aborted) {
      if (waiting.size > 0) await addAll(await settledFiles(waiting, options.settle), waiting, watch, ending.signal);
      else if (options.once) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    await watcher.close();
  }
}

async function addAll(paths: readonly string[], waiting: Set<string>, watch: Watch, ending: AbortSignal) {
  const unsent: string[] = [];
  for (const path of paths) {
    waiting.delete(path);
    if (!(await watch.sent.has(path))) unsent.push(path);
  }
  for (const addition of pairSubtitles(unsent)) {
    if (ending.aborted) return;
    await addPatiently(addition, watch, ending);
  }
}

/** Tries again while Nexus is away or asks for patience; what it refuses is said once and left. */
async function addPatiently(addition: Addition, watch: Watch, ending: AbortSignal): Promise<void> {
  for (let attempt = 0; !ending.aborted; attempt++) {
    try {
      return await addOne(addition, watch, ending);
    } catch (error) {
      if (ending.aborted) return;
      if (!isProblem(error)) throw error;
      say(`${addition.path}: ${error.detail}`);
      // Gone meanwhile, refused, or no room: the next change of the file, or the next run, tries again.
      if (!error.mayRetry || watch.options.once) return void (process.exitCode = 1);
      await pause(Math.min(MOST_WAIT_SECONDS, 2 ** attempt), ending);
    }
  }
}

async function addOne(addition: Addition, { client, sent, options }: Watch, ending: AbortSignal): Promise<void> {
  const { path, subtitlePath } = addition;
  const recording = isSubtitle(path) ? recordingOf(path, sent) : undefined;
  if (recording) {
    await rested(client, recording, ending);
    if (ending.aborted) return;
    await client.request('POST', `/media/${recording}/transcript`, Item, { text: await Bun.file(path).text() });
    await sent.add(path, recording);
    return say(`${path}: its words are the transcript now`);
  }
  const { id, title } = await sendFile(client, addition, options.language ? { language: options.language } : {}, say);
  await sent.add(path, id);
  if (subtitlePath) await sent.add(subtitlePath, id);
  process.stdout.write(`${id}\t${title}\n`);
}

/** Words cannot be given to what is being worked on. */
async function rested(client: ApiClient, itemId: string, ending: AbortSignal): Promise<void> {
  while (!ending.aborted && !isResting((await client.request('GET', `/media/${itemId}`, Item)).status))
    await pause(1, ending);
}

/** Ends early when the command is told to end. */
function pause(seconds: number, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    ending.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** Subtitles that come after their recording was sent. */
function recordingOf(subtitlePath: string, sent: SentFilesOfFolder): string | undefined {
  const stem = subtitlePath.replace(/(\.[a-z]{2,3}(-[A-Za-z0-9]+)?)?\.(srt|vtt)$/i, '');
  return sent.findItem((path) => path.replace(/\.[^.]+$/, '') === stem && !isSubtitle(path));
}

async function folderAt(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return await realpath(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  throw new NexusError('not-found', `There is no folder at ${path}.`);
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0 && value <= 3600) return value;
  throw new InvalidArgumentError('Give seconds from 0 to 3600.');
}

const say = (line: string) => void process.stderr.write(`${line}\n`);
