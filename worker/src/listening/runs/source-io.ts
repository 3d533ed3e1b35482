import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { cutText } from '@nexus/shared/archive';
import type { CampaignSource } from '@nexus/shared/listening';
import { NexusError, openConnections } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';
import { removeDirectory } from '../../archive/work-directory.ts';
import { createAccountPool } from '../accounts/create-account-pool.ts';
import { SOURCES } from '../sources/index.ts';
import { readStoredProtocol } from '../sources/read-stored-protocol.ts';
import type { SearchSource, SourceIo } from '../sources/search-source.ts';
import { uploadReader } from '../sources/upload-reader.ts';

/** Answers are kept to be read by people. */
const MOST_RAW = 5_000_000;

/** Who asks: a run, or for outcomes and checks nobody's run. */
export interface Asker {
  readonly orgId: string;
  readonly runId: string | null;
  readonly signal: AbortSignal;
  /** Answers are kept as they came. */
  readonly keepRaw?: boolean;
}

export interface OpenSource extends AsyncDisposable {
  readonly source: SearchSource;
  readonly io: SourceIo;
  /** What was spent since it was last asked, in US dollars. */
  takeCost(): number;
}

export const sourceOf = (ports: Pick<WorkerPorts, 'sources'>, id: string): SearchSource | undefined =>
  (ports.sources ?? SOURCES).find((source) => source.id === id);

/** A source with all it may use. `not-configured` when it is not there, or when a connection it needs is not. */
export async function openSource(ports: WorkerPorts, spec: CampaignSource, asker: Asker): Promise<OpenSource> {
  const source = sourceOf(ports, spec.source);
  if (!source)
    throw new NexusError(
      'not-configured',
      `This worker has no source called ${spec.source}. Start it with one that has.`,
    );
  const connection = await connectionOf(ports, source, spec, asker.orgId);
  let cost = 0;
  let protocol: Promise<unknown> | undefined;
  const uploads = openUploads(ports, asker);
  return {
    source,
    io: {
      http: ports.http,
      accounts: (network) =>
        createAccountPool({
          db: ports.db,
          vault: ports.vault,
          now: ports.now,
          orgId: asker.orgId,
          network,
          holder: asker.runId === null ? 'a check' : `run ${asker.runId}`,
        }),
      openUpload: uploads.open,
      signal: asker.signal,
      now: ports.now,
      settings: parsed(source.settings.safeParse({ ...connection?.settings, ...spec.settings }), source),
      credentials: parsed(source.credentials.safeParse(connection?.credentials ?? {}), source),
      storedProtocol: () => (protocol ??= readStoredProtocol(ports.db, source.id)),
      keepRaw: (operation, body, reason) => keepRaw(ports, source, asker, { operation, body, reason }),
      addCost: (usd) => void (cost += usd),
    },
    takeCost() {
      const taken = cost;
      cost = 0;
      return taken;
    },
    [Symbol.asyncDispose]: uploads.close,
  };
}

/** The scratch folder is made when the first file is opened. */
function openUploads({ media, workDirectory }: WorkerPorts, { orgId, signal }: Asker) {
  let directory: string | null = null;
  let reader: SourceIo['openUpload'] | null = null;
  return {
    async *open(path: string, fromByte: number): AsyncIterable<Uint8Array> {
      if (directory === null) {
        await mkdir(workDirectory, { recursive: true });
        directory = await mkdtemp(join(workDirectory, 'source-'));
      }
      reader ??= uploadReader({ media, orgId, directory, signal });
      yield* reader(path, fromByte);
    },
    async close(): Promise<void> {
      if (directory !== null) await removeDirectory(directory);
    },
  };
}

/** The connection that was chosen, else the first one of its kind. */
async function connectionOf(ports: WorkerPorts, source: SearchSource, { credentialId }: CampaignSource, orgId: string) {
  if (credentialId === null && Object.keys(source.credentials.shape).length === 0) return undefined;
  const all = await ports.db.transaction().execute((tx) => openConnections(tx, ports.vault, orgId, 'source'));
  const fitting = all.filter(({ adapter }) => adapter === source.id);
  if (credentialId === null) return fitting[0];
  const chosen = fitting.find(({ id }) => id === credentialId);
  if (chosen) return chosen;
  const detail = `The connection chosen for ${source.label} is gone or switched off. Choose another one in the campaign.`;
  throw new NexusError('not-configured', detail);
}

function parsed(
  result: { success: true; data: Record<string, unknown> } | { success: false; error: Error },
  source: SearchSource,
): Record<string, unknown> {
  if (result.success) return result.data;
  const detail = `${source.label} is not set up: it needs a connection with its keys, or its settings do not fit. See Connections.`;
  throw new NexusError('not-configured', detail, { cause: result.error });
}

async function keepRaw(
  ports: WorkerPorts,
  source: SearchSource,
  asker: Asker,
  { operation, body, reason }: { operation: string; body: string; reason: 'asked' | 'changed' },
): Promise<void> {
  if (reason === 'asked' && !asker.keepRaw) return;
  await ports.db.transaction().execute((tx) =>
    tx
      .insertInto('raw_answers')
      .values({
        org_id: asker.orgId,
        run_id: asker.runId,
        source: source.id,
        operation: operation.slice(0, 200),
        reason,
        body: cutText(body, MOST_RAW),
      })
      .execute(),
  );
}
