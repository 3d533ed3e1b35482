import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { EmbeddedError } from './errors.ts';

const Secrets = z.object({
  /** Signs and checks every token, HS256. */
  jwtSecret: z.string().min(32),
  /** Token of the role `anon`; public. */
  anonKey: z.string().min(1),
  /** Token of the role `service_role`, which no policy binds. */
  serviceKey: z.string().min(1),
  /** 32 bytes in base64: encrypts the credentials of other services. */
  credentialsKey: z
    .base64()
    .refine((key) => Buffer.from(key, 'base64').byteLength === 32, 'must be 32 bytes in base64'),
});
export type Secrets = z.infer<typeof Secrets>;

const TEN_YEARS_SECONDS = 315_360_000;

/** New secrets; both keys are valid for ten years. */
export async function createSecrets(): Promise<Secrets> {
  const jwtSecret = randomBytes(40).toString('base64url');
  return {
    jwtSecret,
    anonKey: await keyOf('anon', jwtSecret),
    serviceKey: await keyOf('service_role', jwtSecret),
    credentialsKey: randomBytes(32).toString('base64'),
  };
}

/** The secrets in `<home>/secrets.json`, made at the first call, readable by their owner alone. */
export async function loadSecrets(home: string): Promise<Secrets> {
  const path = join(home, 'secrets.json');
  const stored = read(path);
  if (stored) return stored;

  mkdirSync(home, { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(await createSecrets(), null, 2)}\n`, { mode: 0o600 });
  try {
    // A link appears whole or not at all, and never over secrets that another process has made meanwhile.
    linkSync(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished);
  }
  return read(path)!;
}

function read(path: string): Secrets | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const secrets = Secrets.safeParse(parseJson(text));
  if (secrets.success) return secrets.data;
  throw new EmbeddedError(
    'secrets-unreadable',
    `${path} is damaged (${secrets.error.issues.map(({ path }) => path.join('.') || 'not JSON').join(', ')}). ` +
      'Restore it from a backup: without it nobody can sign in and stored credentials cannot be read.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function keyOf(role: 'anon' | 'service_role', jwtSecret: string): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return new SignJWT({ role, iss: 'supabase' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + TEN_YEARS_SECONDS)
    .sign(new TextEncoder().encode(jwtSecret));
}
