import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecrets, createStorage, kyselyOnPglite } from '@nexus/embedded';
import { migratedDatabase } from '@nexus/embedded/testing';
import { ARCHIVE_JOBS } from '@nexus/shared/archive';
import { ASSISTANT_JOBS } from '@nexus/shared/assistant';
import { LISTENING_JOBS } from '@nexus/shared/listening';
import {
  createObjectStore,
  createQueue,
  createVault,
  type DB,
  knowQueues,
  type LogFields,
} from '@nexus/shared/platform';
import { SignJWT } from 'jose';
import type { Kysely } from 'kysely';
import { fromPglite, PgBoss } from 'pg-boss';
import type { z } from 'zod';
import { ApiConfiguration, type ApiPorts, createApp, createMetrics, createTokenVerifier } from '../src/app.ts';

export interface Call {
  method?: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The peer; by default an address that no other call has, so that limits of one test do not meet another's. */
  address?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  // What an answer holds is what the tests are about.
  // oxlint-disable-next-line no-explicit-any
  body: any;
}

export interface RunningApi {
  kysely: Kysely<DB>;
  ports: ApiPorts;
  log: LogFields[];
  call(path: string, call?: Call): Promise<Answer>;
  /** A request as it is, from an address of its own. */
  send(request: Request): Promise<Answer>;
  /** An access token as Supabase's sign-in gives it. */
  token(
    user: { id: string; email: string },
    options?: { expiresIn?: string; secret?: string; role?: string },
  ): Promise<string>;
  /** Somebody new with an organisation of their own. */
  founder(): Promise<Person>;
  /** Somebody new who joins with a role. */
  joiner(orgId: string, role: 'owner' | 'admin' | 'member' | 'viewer'): Promise<Person>;
  close(): Promise<void>;
}

export interface Person {
  id: string;
  email: string;
  token: string;
  orgId: string;
}

/** The API as it is, over the embedded database, queue and storage. */
export async function runningApi(
  configuration: z.input<typeof ApiConfiguration> = {},
  override: Partial<ApiPorts> = {},
): Promise<RunningApi> {
  const secrets = await createSecrets();
  const database = await migratedDatabase();
  const kysely = kyselyOnPglite<DB>(database);
  const directory = mkdtempSync(join(tmpdir(), 'nexus-api-'));
  const storage = createStorage({ database, directory, jwtSecret: secrets.jwtSecret, publicPath: '/storage/v1' });
  const boss = await startQueue(fromPglite(database));
  const log: LogFields[] = [];
  const ports: ApiPorts = {
    kysely,
    queue: createQueue(boss),
    storage: createObjectStore({
      supabaseUrl: 'http://storage.internal',
      serviceKey: secrets.serviceKey,
      fetch: ((input: string | URL | Request, init?: RequestInit) =>
        storage.fetch(new Request(input, init))) as typeof fetch,
    }),
    vault: createVault(secrets.credentialsKey),
    verifyToken: createTokenVerifier({ secret: secrets.jwtSecret, now: () => new Date() }),
    configuration: ApiConfiguration.parse(configuration),
    writeLog: (event) => log.push(event),
    now: () => new Date(),
    metrics: createMetrics(),
    keys: {},
    ...override,
  };
  return {
    ...clientOf(ports, secrets.jwtSecret),
    kysely,
    ports,
    log,
    async close() {
      await boss.stop({ graceful: false });
      await storage.stop();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** pg-boss as the worker leaves it: all queues there, nobody taking from them. */
async function startQueue(db: ReturnType<typeof fromPglite>): Promise<PgBoss> {
  const boss = new PgBoss({ db, backend: 'pglite', supervise: false, schedule: false });
  await boss.start();
  const jobs = [...ARCHIVE_JOBS, ...ASSISTANT_JOBS, ...LISTENING_JOBS];
  for (const { name } of jobs) await boss.createQueue(name, { policy: 'short' });
  await knowQueues(boss, jobs);
  return boss;
}

/** Calls, tokens and people for an app over any database. */
export function clientOf(
  ports: ApiPorts,
  jwtSecret: string,
): Pick<RunningApi, 'call' | 'send' | 'token' | 'founder' | 'joiner'> {
  const app = createApp(ports);

  async function call(path: string, { method, token, body, headers, address }: Call = {}): Promise<Answer> {
    const request = new Request(`http://api.test/api${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return send(request, address);
  }

  async function send(request: Request, address = someAddress()): Promise<Answer> {
    const response = await app.fetch(request, { remoteAddress: address });
    const text = await response.text();
    const isJson = /[/+]json(;|$)/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  }

  async function token(
    user: { id: string; email: string },
    {
      expiresIn = '1h',
      secret = jwtSecret,
      role = 'authenticated',
    }: { expiresIn?: string; secret?: string; role?: string } = {},
  ): Promise<string> {
    return new SignJWT({ role, email: user.email, aud: 'authenticated' })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(user.id)
      .setIssuedAt()
      .setExpirationTime(expiresIn)
      .sign(new TextEncoder().encode(secret));
  }

  async function person(): Promise<Omit<Person, 'orgId'>> {
    const id = randomUUID();
    const email = `${id.slice(0, 8)}@example.com`;
    return { id, email, token: await token({ id, email }) };
  }

  return {
    call,
    send: (request) => send(request),
    token,
    async founder() {
      const someone = await person();
      const { body } = await call('/orgs', { token: someone.token, body: { name: `Org of ${someone.email}` } });
      return { ...someone, orgId: body.id };
    },
    async joiner(orgId, role) {
      const someone = await person();
      await ports.kysely
        .insertInto('members')
        .values({ org_id: orgId, user_id: someone.id, role, email: someone.email })
        .execute();
      return { ...someone, orgId };
    },
  };
}

/** From TEST-NET and beyond: no two calls share one. */
function someAddress(): string {
  return [10, ...randomBytes(3)].join('.');
}
