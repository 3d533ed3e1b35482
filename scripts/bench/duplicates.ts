/** What is recognised of recordings made here, what is taken for alike and is not, and how long candidates take at 100,000 items. */
import { alignFingerprints } from '../../worker/src/archive/duplicates/align-fingerprints.ts';
import { fingerprintKeys } from '../../worker/src/archive/duplicates/fingerprint-keys.ts';
import { judgeAlignment } from '../../worker/src/archive/duplicates/judge-alignment.ts';
import { CHANGES, type Fingerprinted, makeRecordings } from './duplicate-recordings.ts';
import { candidateTimes } from './duplicate-candidates.ts';
import { type Figure } from './figure.ts';
import { figure } from './part.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ORG = '11111111-1111-4111-8111-111111111111';
/** As in `private.fingerprint_candidates`, and as `findCandidates` has it for the length. */
const FEWEST_SHARED_KEYS = 2;
const ALIKE_SECONDS = 0.5;

export async function measureDuplicates(): Promise<readonly Figure[] | string> {
  if (!Bun.which('ffmpeg')) return 'ffmpeg is missing';
  await using folder = await temporaryFolder();
  const { originals, copies } = await makeRecordings(folder.path);

  const figures: Figure[] = [];
  for (const [name, { words, isFound }] of Object.entries(CHANGES)) {
    const found = copies.filter((copy) => copy.change === name);
    const right = found.filter((copy) => isFound(recognise(copy, originals[copy.of]!)));
    figures.push(figure(`duplicates-recall-${name}`, (100 * right.length) / found.length, '%', found.length, words));
  }
  const pairs = originals.flatMap((a, i) => originals.slice(i + 1).map((b) => [a, b] as const));
  const alarms = pairs.filter(([a, b]) => recognise(a, b) !== null);
  const voices =
    'pairs of unrelated recordings, a third of them by the same voice, two with the same 10 seconds at the beginning';
  figures.push(figure('duplicates-false-alarms', (100 * alarms.length) / pairs.length, '%', pairs.length, voices));
  return [...figures, ...(await candidateTimes())];
}

/** As the step does it: only what is a candidate is compared. */
function recognise(a: Fingerprinted, b: Fingerprinted) {
  const keys = new Set(fingerprintKeys(a.hashes, ORG));
  const shared = fingerprintKeys(b.hashes, ORG).filter((key) => keys.has(key)).length;
  const areAsLong = Math.abs(a.durationSeconds - b.durationSeconds) <= ALIKE_SECONDS;
  if (shared < FEWEST_SHARED_KEYS && !areAsLong) return null;
  const found = alignFingerprints(a.hashes, b.hashes);
  return found && judgeAlignment(found, { a: a.durationSeconds, b: b.durationSeconds });
}
