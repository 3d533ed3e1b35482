import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transfer, TransferReport } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { Command } from 'commander';
import { type ApiClient, apiClient } from '../platform/api-client.ts';
import { currentLogin } from '../platform/stored-login.ts';
import { uploadFile } from './upload-file.ts';

const POLL_MS = 500;

export function exportCommand(): Command {
  return new Command('export')
    .description('Write the whole archive into ZIP files in a folder, importable again without loss')
    .argument('[folder]', 'made when it is not there', '.')
    .option('--no-media', 'only words and what is known')
    .action(async (folder: string, options: { media: boolean }) => {
      const client = await connect();
      const { id } = await client.request('POST', '/transfers/exports', Transfer, { withMedia: options.media });
      const { files } = await finished(client, id);
      await mkdir(folder, { recursive: true });
      for (const { name, url } of files) {
        const path = join(folder, name);
        await download(new URL(url, client.url).href, path);
        process.stdout.write(`${path}\n`);
      }
    });
}

export function importCommand(): Command {
  return new Command('import')
    .description('Bring in exports of Nexus (ZIP) or of the earlier Nexus (JSON). What is there already stays as it is')
    .argument('<file...>')
    .action(async (paths: string[]) => {
      const client = await connect();
      for (const path of paths) {
        const uploaded = await uploadFile(client, path, () => undefined);
        const body = { path: uploaded, name: basename(path) };
        const { id } = await client.request('POST', '/transfers/imports', Transfer, body);
        const { added, alreadyHere, failed, failures } = await finished(client, id);
        process.stdout.write(`${path}\t${added} added\t${alreadyHere} already there\t${failed} failed\n`);
        for (const { title, detail } of failures) say(`${title}: ${detail}`);
        if (failed > 0) process.exitCode = 1;
      }
    });
}

async function connect(): Promise<ApiClient> {
  const { url, apiKey } = await currentLogin();
  return apiClient(url, apiKey);
}

/** Waits for the end and tells how far it is. A failure ends the command with its reason. */
async function finished(client: ApiClient, transferId: string): Promise<TransferReport> {
  let said = '';
  for (;;) {
    const report = await client.request('GET', `/transfers/${transferId}`, TransferReport);
    if (report.state === 'done') return report;
    if (report.state === 'failed')
      throw new NexusError('upstream-refused', report.problem?.detail ?? 'It failed without saying why.');
    const line = report.total === null ? 'getting ready' : `${report.finished} of ${report.total}`;
    if (line !== said) say(line);
    said = line;
    await Bun.sleep(POLL_MS);
  }
}

/** Under its name only when all of it is there. */
async function download(url: string, path: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok)
    throw new NexusError('upstream-down', `The file could not be fetched (${response.status}). Run it again.`);
  const part = `${path}.part`;
  await Bun.write(part, response);
  await rename(part, path);
}

const say = (line: string) => void process.stderr.write(`${line}\n`);
