import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';

const StoredLogin = z.object({ url: z.url(), apiKey: z.string().startsWith('nx_') });
export type StoredLogin = z.infer<typeof StoredLogin>;

export const DEFAULT_URL = 'http://127.0.0.1:3000';

const path = () => join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'nexus', 'login.json');

/** Readable by its owner alone. */
export async function storeLogin(login: StoredLogin): Promise<string> {
  const file = path();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return file;
}

/** `NEXUS_URL` and `NEXUS_API_KEY` first, then what `nexus login` stored. */
export async function currentLogin(): Promise<StoredLogin> {
  const { NEXUS_URL: url, NEXUS_API_KEY: apiKey } = process.env;
  const file = Bun.file(path());
  const stored = (await file.exists()) ? StoredLogin.safeParse(await file.json()).data : undefined;
  const login = StoredLogin.safeParse({ url: url || stored?.url || DEFAULT_URL, apiKey: apiKey || stored?.apiKey });
  if (!login.success) {
    throw new NexusError('not-configured', 'No API key. Set NEXUS_API_KEY, or run: nexus login');
  }
  return { ...login.data, url: login.data.url.replace(/\/+$/, '') };
}
