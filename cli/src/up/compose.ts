import { join } from 'node:path';
import { type ApiPorts, createApp } from '@nexus/edge-functions';
import { type Embedded, kyselyOnPglite, loadSecrets, type SendMail, startEmbedded } from '@nexus/embedded';
import {
  createObjectStore,
  createQueue,
  createVault,
  databaseAs,
  type DB,
  isProblem,
  knowQueues,
  type LogFields,
} from '@nexus/shared/platform';
import { createHttp, JOBS, startBoss, startWorker } from '@nexus/worker';
import { keysOf, modelsDirectory } from '@nexus/worker/env';
import { fromPglite } from 'pg-boss';
import { apiPorts } from './api-ports.ts';
import { embeddedMediaStore } from './embedded-media-store.ts';
import { limitSignIn } from './limit-sign-in.ts';
import type { Settings } from './settings.ts';
import { smtp } from './smtp.ts';

export interface Composed {
  embedded: Embedded;
  anonKey: string;
  serviceKey: string;
  /** Hands work back, then ends the services and closes the database. */
  stop(): Promise<void>;
}

/** Everything but the web in one process: the embedded stack, the API on it, and the only worker. */
export async function compose(
  root: string,
  settings: Settings,
  siteUrl: string,
  log: (event: LogFields) => void,
): Promise<Composed> {
  const home = settings.NEXUS_HOME;
  const secrets = await loadSecrets(home);
  const vault = createVault(secrets.credentialsKey);
  // The API needs the queue, the queue needs the database, the database comes with the gateway that the API is behind.
  let api: ((request: Request, address: string) => Promise<Response>) | undefined;
  const embedded = await startEmbedded({
    home,
    secrets,
    migrationsDirectory: join(root, 'supabase/migrations'),
    siteUrl,
    signUp: settings.NEXUS_SIGN_UP,
    mail: mailOf(settings, log),
    google:
      settings.GOOGLE_CLIENT_ID && settings.GOOGLE_CLIENT_SECRET
        ? { clientId: settings.GOOGLE_CLIENT_ID, clientSecret: settings.GOOGLE_CLIENT_SECRET }
        : undefined,
    functions: {
      api: async (request) =>
        api
          ? api(request, request.headers.get('x-nexus-peer') ?? '')
          : new Response('Starting', { status: 503, headers: { 'retry-after': '1' } }),
    },
  });

  const kysely = kyselyOnPglite<DB>(embedded.database);
  const boss = await startBoss({ db: fromPglite(embedded.database), backend: 'pglite' }, log);
  const queue = createQueue(boss);
  // Storage in this very process, without a socket between.
  const storage = createObjectStore({
    supabaseUrl: `http://127.0.0.1:${settings.NEXUS_API_PORT}`,
    serviceKey: secrets.serviceKey,
    fetch: ((input: string | URL | Request, init?: RequestInit) =>
      embedded.storage.fetch(new Request(input, init))) as typeof fetch,
  });
  const worker = await startWorker(
    boss,
    {
      db: databaseAs(kysely, { role: 'service_role' }),
      queue,
      storage,
      media: embeddedMediaStore(embedded.storage),
      vault,
      http: createHttp({ allowPrivate: settings.NEXUS_FETCH_ALLOW }),
      keys: keysOf(settings),
      log,
      now: () => new Date(),
      publicUrl: siteUrl,
      workDirectory: join(home, 'work'),
      recordingAbandonedSeconds: settings.NEXUS_RECORDING_ABANDONED_SECONDS,
      modelsDirectory: modelsDirectory(settings),
      ytDlp: settings.NEXUS_YT_DLP,
    },
    { isOnly: true },
  );
  await knowQueues(boss, JOBS);

  const ports: ApiPorts = apiPorts({ settings, secrets, kysely, queue, storage, vault, log });
  const app = createApp(ports);
  api = async (request, remoteAddress) => app.fetch(request, { remoteAddress });

  return {
    embedded: { ...embedded, gateway: limitSignIn(embedded.gateway, kysely) },
    anonKey: secrets.anonKey,
    serviceKey: secrets.serviceKey,
    async stop() {
      await worker.stop();
      await boss.stop({ graceful: false });
      await embedded.stop();
    },
  };
}

/** Undefined without a mail server: then letters are kept as files. */
function mailOf(
  { NEXUS_SMTP_URL: url, NEXUS_MAIL_FROM: from }: Settings,
  log: (event: LogFields) => void,
): SendMail | undefined {
  if (!url || !from) return undefined;
  const send = smtp({ url, from });
  return async (mail) => {
    const outcome = await send(mail).catch((error: unknown) => {
      const cause = isProblem(error) ? error.cause : error;
      log({ event: 'letter', kind: mail.kind, outcome: 'failed', cause: String(cause) });
      throw error;
    });
    log({ event: 'letter', kind: mail.kind, outcome: 'sent' });
    return outcome;
  };
}
