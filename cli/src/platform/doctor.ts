import { statfs } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { modelsDirectory, readEnvironment, WorkerSettings } from '@nexus/worker/env';
import { hasModel, MODEL_SETS } from '@nexus/worker/speech-models';
import { Command } from 'commander';
import { installLine } from '../up/ensure-ffmpeg.ts';
import { isOldYtDlp, YT_DLP_INSTALL } from '../up/ensure-yt-dlp.ts';
import { nexusHome } from './nexus-home.ts';
import { DEFAULT_URL } from './stored-login.ts';

interface Finding {
  name: string;
  found: boolean;
  /** Nexus does not do its main job without it. */
  isNeeded: boolean;
  what: string;
  /** What was found, or how to get it. */
  detail: string;
}

export function doctor(): Command {
  return new Command('doctor')
    .description('List tools, keys and models: found or missing, what for, how to get them')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await examine();
      if (json) process.stdout.write(`${JSON.stringify(findings)}\n`);
      else process.stdout.write(`${findings.map(lineOf).join('\n')}\n`);
      if (findings.some(({ found, isNeeded }) => isNeeded && !found)) process.exitCode = 1;
    });
}

async function examine(): Promise<Finding[]> {
  const home = nexusHome();
  const settings = { ...readEnvironment(WorkerSettings, process.env), NEXUS_HOME: home };
  return [
    tool('bun', 'runs everything', true, 'npm start brings it', [process.execPath, '--version']),
    tool('ffmpeg', 'recordings: playable copies, waveforms, speech', true, installLine()),
    tool('ffprobe', 'recordings: what is in a file; comes with ffmpeg', true, installLine()),
    ytDlp(settings.NEXUS_YT_DLP ?? 'yt-dlp'),
    tool(chromium() ?? 'chromium', 'browser tests', false, 'apt-get install chromium', [
      chromium() ?? 'chromium',
      '--version',
    ]),
    speechModel(modelsDirectory(settings)),
    await speakerModels(modelsDirectory(settings)),
    key(
      'OPENAI_API_KEY',
      Boolean(settings.OPENAI_API_KEY || settings.OPENAI_BASE_URL),
      'transcripts, summaries, search by meaning, through OpenAI or a compatible server (OPENAI_BASE_URL)',
    ),
    key('GEMINI_API_KEY', Boolean(settings.GEMINI_API_KEY), 'summaries and search by meaning, through Gemini'),
    key('ANTHROPIC_API_KEY', Boolean(settings.ANTHROPIC_API_KEY), 'summaries, through Anthropic'),
    await disk(home),
    await server(process.env.NEXUS_URL || DEFAULT_URL),
  ];
}

function tool(name: string, what: string, isNeeded: boolean, how: string, version = [name, '-version']): Finding {
  const path = version[0] === process.execPath ? process.execPath : Bun.which(version[0] ?? name);
  if (!path) return { name, found: false, isNeeded, what, detail: how };
  const said = Bun.spawnSync([path, ...version.slice(1)], { stdin: 'ignore', stderr: 'ignore' }).stdout.toString();
  return { name, found: true, isNeeded, what, detail: `${path} (${said.split('\n')[0]?.trim().slice(0, 60) ?? ''})` };
}

/** An old one is found, and said to be old: the largest sites are the first that it fails on. */
function ytDlp(program: string): Finding {
  const finding = tool('yt-dlp', 'links to pages with recordings', false, YT_DLP_INSTALL, [program, '--version']);
  const version = /\((.*)\)$/.exec(finding.detail)?.[1] ?? '';
  if (!finding.found || !isOldYtDlp(version, new Date())) return finding;
  return { ...finding, detail: `${finding.detail}: old, large sites may refuse it. Newer: ${YT_DLP_INSTALL}` };
}

const chromium = (): string | undefined =>
  ['chromium', 'chromium-browser', 'google-chrome'].find((name) => Bun.which(name));

function speechModel(directory: string): Finding {
  const models = existsSync(directory) ? readdirSync(directory).filter((file) => /^ggml-.*\.bin$/.test(file)) : [];
  const what = 'transcripts on this machine, without a key';
  if (models.length > 0) return { name: 'speech model', found: true, isNeeded: false, what, detail: models.join(', ') };
  return { name: 'speech model', found: false, isNeeded: false, what, detail: 'npm run -s nexus -- models pull base' };
}

async function speakerModels(directory: string): Promise<Finding> {
  const names = MODEL_SETS.speakers ?? [];
  const here = await Promise.all(names.map((name) => hasModel(directory, name)));
  const found = here.every(Boolean);
  const detail = found ? names.join(', ') : 'npm run -s nexus -- models pull speakers';
  return { name: 'speaker models', found, isNeeded: false, what: 'who speaks in a recording, on this machine', detail };
}

function key(name: string, found: boolean, what: string): Finding {
  return {
    name,
    found,
    isNeeded: false,
    what,
    detail: found ? 'set' : 'set it in the environment, or connect one in the browser under Settings, Connections',
  };
}

async function disk(home: string): Promise<Finding> {
  let existing = home;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  const gigabytes = (bavail * bsize) / 1024 ** 3;
  return {
    name: 'disk',
    found: gigabytes > 1,
    isNeeded: true,
    what: `data in ${home}`,
    detail: `${gigabytes.toFixed(1)} GB free`,
  };
}

async function server(url: string): Promise<Finding> {
  const what = `Nexus at ${url}`;
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(3000) });
    const { status } = (await response.json()) as { status?: string };
    return {
      name: 'server',
      found: status !== undefined,
      isNeeded: false,
      what,
      detail: `health: ${status ?? `answered ${response.status}`}`,
    };
  } catch (error) {
    return {
      name: 'server',
      found: false,
      isNeeded: false,
      what,
      detail: `does not answer (${error instanceof Error ? error.name : 'error'}). Start it with: npm start`,
    };
  }
}

function lineOf({ name, found, isNeeded, what, detail }: Finding): string {
  const state = found ? 'found  ' : isNeeded ? 'MISSING' : 'missing';
  return `${state}  ${name.padEnd(18)} ${what}\n         ${' '.repeat(18)} ${detail}`;
}
