import { modelsDirectory, readEnvironment, WorkerSettings } from '@nexus/worker/env';
import { hasModel, MODEL_SETS, pullModel, SPEECH_MODELS, VOICE_MODELS } from '@nexus/worker/speech-models';
import { Command } from 'commander';
import { nexusHome } from '../platform/nexus-home.ts';

/** Speech models on this machine: which there are, and fetching one. */
export function models(): Command {
  const command = new Command('models').description('Speech models for transcripts on this machine');

  command
    .command('list', { isDefault: true })
    .description('what there is, how large, and which are here')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const rows = await Promise.all(
        [...SPEECH_MODELS, ...VOICE_MODELS].map(async ({ name, sizeBytes }) => ({
          name,
          sizeBytes,
          isHere: await hasModel(directory(), name),
        })),
      );
      if (json) process.stdout.write(`${JSON.stringify(rows)}\n`);
      else
        for (const row of rows)
          process.stdout.write(
            `${row.isHere ? 'here   ' : 'not yet'}  ${row.name.padEnd(20)} ${megabytes(row.sizeBytes)}\n`,
          );
    });

  command
    .command('pull')
    .description('fetch a model; goes on where an earlier attempt stopped')
    .argument('<name>', 'for example base; `speakers` fetches what tells voices apart')
    .option('--from <address>', 'a mirror with the same file names', process.env.NEXUS_MODELS_URL)
    .action(async (name: string, { from }: { from?: string }) => {
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      for (const each of MODEL_SETS[name] ?? [name]) process.stdout.write(`${await pull(each, from, stop.signal)}\n`);
    });

  return command;
}

function pull(name: string, from: string | undefined, signal: AbortSignal): Promise<string> {
  let shown = -1;
  return pullModel(name, directory(), {
    signal,
    baseUrl: from,
    onProgress({ receivedBytes, totalBytes }) {
      const percent = Math.floor((receivedBytes / totalBytes) * 100);
      if (percent !== shown) process.stderr.write(`${name}: ${percent} % of ${megabytes(totalBytes)}\n`);
      shown = percent;
    },
  });
}

const directory = (): string =>
  modelsDirectory({ ...readEnvironment(WorkerSettings, process.env), NEXUS_HOME: nexusHome() });
const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
