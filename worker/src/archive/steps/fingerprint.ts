import { compareWithArchive, findSameSound } from '../duplicates/find-same-sound.ts';
import { encodeHashes, fingerprintMedia, probeMedia, readFingerprint } from '../media/index.ts';
import type { Step } from '../step.ts';
import { Acquired } from './acquire.ts';
import { Normalised } from './normalise.ts';

/** Chromaprint numbers its algorithms; this is the default one, `CHROMAPRINT_ALGORITHM_TEST2`. */
const ALGORITHM = 1;

/** Keeps what a recording sounds like, and knows the same one again before anything expensive is done with it. */
export const fingerprint: Step = {
  name: 'fingerprint',
  stallSeconds: 600,

  inputs: ({ row }) => [row.sha256, ALGORITHM],

  async run({ row, outputs }, io) {
    if (row.kind !== 'audio' && row.kind !== 'video') return { outcome: 'skipped' };
    const normalised = Normalised.parse(outputs.normalise);
    if (!normalised.hasSound) return { outcome: 'skipped' };

    const { hashes, durationSeconds } = await readOrMake(normalised, outputs.acquire, io);
    const sound = { hashes, durationSeconds };
    const comparison = await io.ports.db.transaction().execute((tx) => compareWithArchive(tx, row, sound));
    return {
      outcome: 'done',
      output: { hashCount: hashes.length },
      async apply(tx) {
        const values = { algorithm: ALGORITHM, hashes: encodeHashes(hashes), duration_seconds: durationSeconds };
        await tx
          .insertInto('fingerprints')
          .values({ item_id: row.id, org_id: row.org_id, ...values })
          .onConflict((conflict) => conflict.column('item_id').doUpdateSet(values))
          .execute();
        return findSameSound(tx, row, sound, comparison);
      },
    };
  },
};

/** `normalise` made it in its one pass; on another machine, or after a restart, it costs a decoding of its own. */
async function readOrMake(normalised: Normalised, acquired: unknown, io: Parameters<Step['run']>[1]) {
  const { fingerprintPath, durationSeconds } = normalised;
  if (fingerprintPath && (await Bun.file(fingerprintPath).exists()))
    return readFingerprint(fingerprintPath, durationSeconds);

  const source = await io.ports.media.openLocal(Acquired.parse(acquired).path, io.directory, io.signal);
  return fingerprintMedia(source, await probeMedia(source, { signal: io.signal }), io.signal);
}
