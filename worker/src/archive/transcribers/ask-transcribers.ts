import { isProblem, NexusError, type ProblemCode } from '@nexus/shared/platform';
import { readTerms } from '@nexus/shared/archive';
import { readyTranscribers, type TranscriberChoice } from '../ready-transcribers.ts';
import type { StepIo, StepItem } from '../step.ts';
import { type NewRun, storeRun } from './store-run.ts';
import type { Transcript } from './transcriber.ts';

/** After these another transcriber may do better. */
const PASSED_OVER = [
  'upstream-down',
  'upstream-limited',
  'upstream-refused',
  'not-configured',
  'internal',
] as const satisfies ProblemCode[];

export interface Answer extends Transcript {
  adapter: string;
  /** What it used, to be stored with the transcript. */
  run: NewRun;
}

/** Asks one transcriber after the other. One that is down is passed over while another is ready; the last one's failure counts. Each try is kept. */
export async function askTranscribers(item: StepItem, io: StepIo, openWav: () => Promise<string>): Promise<Answer> {
  const { db, modelsDirectory } = io.ports;
  const { ready, detail } = await readyTranscribers(io.ports, item.row.org_id);
  if (ready.length === 0) throw new NexusError('not-configured', detail);
  const terms = await db.transaction().execute((tx) => readTerms(tx, item.row.org_id));

  const wavPath = await openWav();
  for (const [at, choice] of ready.entries()) {
    const clock = startClock(choice, io);
    try {
      const transcript = await choice.transcriber.transcribe(wavPath, {
        language: item.row.language_given,
        vocabulary: terms.map(({ term }) => term),
        config: choice.config,
        env: { modelsDirectory },
        signal: io.signal,
        onProgress: (fraction) => io.progress(fraction),
      });
      return { ...transcript, adapter: choice.transcriber.id, run: clock.done(transcript) };
    } catch (error) {
      const next = io.signal.aborted || !isProblem(error, ...PASSED_OVER) ? undefined : ready[at + 1];
      const outcome = io.signal.aborted ? 'canceled' : next ? 'passed-over' : 'failed';
      await db.transaction().execute((tx) => storeRun(tx, item.row, clock.failed(outcome, error)));
      if (!next || !isProblem(error)) throw error;
      io.log.set({ passedOver: choice.transcriber.id, because: error.detail });
    }
  }
  throw new NexusError('internal', 'No transcriber answered.');
}

function startClock({ transcriber, label }: TranscriberChoice, { ports }: StepIo) {
  const startedAt = ports.now();
  const begun = performance.now();
  const run = () => ({
    adapter: transcriber.id,
    label,
    startedAt,
    finishedAt: ports.now(),
    computeSeconds: (performance.now() - begun) / 1000,
  });
  return {
    done: ({ model, language, seconds, costUsd = null }: Transcript): NewRun => ({
      ...run(),
      outcome: 'done',
      model,
      language,
      soundSeconds: seconds,
      costUsd,
    }),
    failed: (outcome: 'passed-over' | 'failed' | 'canceled', error: unknown): NewRun => ({
      ...run(),
      outcome,
      problem: isProblem(error)
        ? { code: error.code, detail: error.detail }
        : { code: 'internal', detail: 'Something unexpected went wrong.' },
    }),
  };
}
