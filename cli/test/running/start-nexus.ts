import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { apiClient, type ApiClient } from '../../src/platform/api-client.ts';

const root = join(import.meta.dir, '../../..');

export interface RunningNexus extends AsyncDisposable {
  url: string;
  gatewayUrl: string;
  home: string;
  pid: number;
  /** Milliseconds from the spawn of the process to the first healthy answer. */
  startedMs: number;
  /** Everything the process said so far. */
  said(): string;
  /** Ends the process as told and waits for it. The home stays. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  home?: string;
  environment?: Record<string, string>;
}

/** The real process on free ports and a home of its own, in a temporary folder unless one is given. */
export async function startNexus({ home, environment }: StartOptions = {}): Promise<RunningNexus> {
  const ownHome = home ?? (await mkdtemp(join(tmpdir(), 'nexus-home-')));
  const [port, apiPort] = [await freePort(), await freePort()];
  const startedAt = performance.now();
  const child = Bun.spawn([process.execPath, join(root, 'cli/src/up.ts')], {
    cwd: root,
    env: {
      ...process.env,
      NEXUS_HOME: ownHome,
      NEXUS_PORT: String(port),
      NEXUS_API_PORT: String(apiPort),
      ...environment,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let text = '';
  const listen = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) text += new TextDecoder().decode(chunk);
  };
  void listen(child.stdout);
  void listen(child.stderr);

  const url = `http://127.0.0.1:${port}`;
  await healthy(
    url,
    () => child.exitCode !== null,
    () => text,
  );
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await child.exited;
    return child.exitCode;
  };
  return {
    url,
    gatewayUrl: `http://127.0.0.1:${apiPort}`,
    home: ownHome,
    pid: child.pid,
    startedMs: performance.now() - startedAt,
    said: () => text,
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      if (!home) await rm(ownHome, { recursive: true, force: true });
    },
  };
}

/** The first build of the web may be part of the first start. */
const START_LIMIT_MS = 180_000;

async function healthy(url: string, hasEnded: () => boolean, said: () => string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    if (hasEnded() || performance.now() > deadline) throw new Error(`Nexus did not start:\n${said()}`);
    try {
      const response = await fetch(`${url}/api/health`);
      if (response.ok) return;
    } catch (error) {
      if (!/REFUSED|Refused|ECONNRESET/.test(String((error as { code?: string }).code))) throw error;
    }
    await Bun.sleep(20);
  }
}

/** A port that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Runs a command of the CLI as a person would, with nothing on its standard input unless told. */
export async function runNexus(
  args: readonly string[],
  environment: Record<string, string> = {},
  cwd = root,
  input?: string,
) {
  const child = Bun.spawn([process.execPath, join(root, 'cli/src/nexus.ts'), ...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdin: input === undefined ? 'ignore' : new TextEncoder().encode(input),
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

const Setup = z.object({ url: z.string(), orgId: z.uuid(), apiKey: z.string() });

/** The first owner by `nexus setup`, and a client with the key that it printed. */
export async function firstOwner(nexus: RunningNexus): Promise<{ client: ApiClient; apiKey: string; orgId: string }> {
  const args = [
    'setup',
    '--email',
    'owner@example.org',
    '--password',
    'correct horse battery',
    '--org',
    'Harbour',
    '--json',
  ];
  const { exitCode, stdout, stderr } = await runNexus([...args, '--url', nexus.url], { NEXUS_HOME: nexus.home });
  if (exitCode !== 0) throw new Error(`setup failed: ${stderr}`);
  const { apiKey, orgId } = Setup.parse(JSON.parse(stdout));
  return { client: apiClient(nexus.url, apiKey), apiKey, orgId };
}
