import { nativePostgres } from '@nexus/embedded/testing';
import pg from 'pg';
import { askedKeys, fingerprintKeys } from '../../worker/src/archive/duplicates/fingerprint-keys.ts';
import { randomSound, seeded, withErrors } from '../../worker/test/recordings/random-fingerprint.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';

const ITEMS = 100_000;
const ITEMS_AT_ONCE = 1000;
/** As many as 8 minutes have, which is about what 20 minutes of people talking with pauses have. */
const KEYS = 150;
const PROBES = 100;
/** Hashes of a planted recording: 10 minutes. */
const HASHES = 4850;
const ORG = '11111111-1111-4111-8111-111111111111';

/** Keys of 100,000 recordings in a native Postgres, then candidates for 100 copies of which every eighth bit is wrong. */
export async function candidateTimes(): Promise<readonly Figure[]> {
  const postgres = await nativePostgres();
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    // Without the rows that the keys belong to, and without telling clients of each.
    await client.query(
      `set session_replication_role = replica; set maintenance_work_mem = '512MB'; set synchronous_commit = off`,
    );
    await client.query('drop index public.fingerprint_keys_keys');
    const planted = await fill(client);
    await client.query(
      `create index fingerprint_keys_keys on public.fingerprint_keys using gin (keys) with (fastupdate = off)`,
    );
    await client.query('analyze public.fingerprint_keys');
    return await ask(client, planted);
  } finally {
    await client.end();
    await postgres.stop();
  }
}

/** Answers the planted ones: real fingerprints among keys that are drawn as unevenly as those of speech are. */
async function fill(client: pg.Client): Promise<Map<string, Uint32Array>> {
  const draw = unevenKeys();
  const planted = new Map<string, Uint32Array>();
  for (let from = 0; from < ITEMS; from += ITEMS_AT_ONCE) {
    const rows: string[] = [];
    for (let number = from; number < from + ITEMS_AT_ONCE; number++) {
      const id = crypto.randomUUID();
      let keys = draw(KEYS);
      if (number % (ITEMS / PROBES) === 0) {
        const sound = randomSound(number, HASHES);
        planted.set(id, sound);
        keys = fingerprintKeys(sound, ORG);
      }
      rows.push(`${id}\t${ORG}\t{${keys.join(',')}}`);
    }
    const values = rows.map((row) => `('${row.split('\t').join(`','`)}')`).join(',');
    await client.query(`insert into public.fingerprint_keys (item_id, org_id, keys) values ${values}`);
  }
  return planted;
}

/**
 * Two unrelated voices share one pair of hashes in fifteen million (30 recordings, measured), and the commonest are far commoner
 * than the mean. Of the values that are kept one in 32 recordings may have, hence the smaller ranges.
 */
function unevenKeys(): (count: number) => number[] {
  const random = seeded(5);
  const skewed = (range: number) =>
    Uint16Array.from({ length: 65_536 }, (_, i) => Math.floor(range * ((i + 0.5) / 65_536) ** 2.5));
  const [first, second] = [skewed(11_600), skewed(1450)];
  const pick = (values: Uint16Array) => values[Math.floor(random() * values.length)]!;
  return (count) => Array.from({ length: count }, () => Math.imul((pick(first) << 11) | pick(second), 0x9e3779b1) | 0);
}

async function ask(client: pg.Client, planted: Map<string, Uint32Array>): Promise<Figure[]> {
  const times: number[] = [];
  let found = 0;
  for (const [id, sound] of planted) {
    const keys = askedKeys(fingerprintKeys(withErrors(1, sound, 0.05), ORG));
    const startedAt = performance.now();
    const { rows } = await client.query<{ item_id: string }>(
      'select item_id from private.fingerprint_candidates($1, $2, 13)',
      [ORG, keys],
    );
    times.push(performance.now() - startedAt);
    if (rows.some(({ item_id }) => item_id === id)) found++;
  }
  const { rows } = await client.query<{ megabytes: number }>(
    `select pg_relation_size('public.fingerprint_keys_keys') / 1e6 as megabytes`,
  );
  const note = `native Postgres, ${ITEMS} items of ${KEYS} synthetic keys; index of ${Math.round(Number(rows[0]?.megabytes))} MB; ${found} of ${planted.size} planted copies with 5 % of the bits turned were among the candidates`;
  return [
    figure('duplicates-candidates-p50', percentile(times, 0.5), 'ms', times.length, note),
    figure('duplicates-candidates-p95', percentile(times, 0.95), 'ms', times.length, note),
  ];
}
