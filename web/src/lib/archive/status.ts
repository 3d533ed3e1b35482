import type { Item, ItemKind, ItemStep, ItemSummary, RowProblem, StepName } from '@nexus/shared/archive';
import type { I18n, MessageKey } from '#lib/platform/i18n.ts';

/** The step in hand and how far it is, from the live topic or the item itself. */
export interface CurrentStep {
  name: StepName;
  progress: number;
}

export function currentStep(item: Pick<Item, 'steps'>): CurrentStep | undefined {
  const step = item.steps.find(({ state }) => state === 'working');
  return step && { name: step.name, progress: step.progress };
}

/** Kinds that hold words and no sound. An `unknown` one may still turn out to be a recording. */
const TEXT_KINDS: readonly ItemKind[] = ['subtitles', 'text', 'markdown', 'html', 'pdf', 'docx'];
const SOUND_STEPS: readonly StepName[] = ['fingerprint', 'transcribe'];

/** Whether a step can have anything to do for an item of this kind. */
export const stepApplies = ({ name }: Pick<ItemStep, 'name'>, kind: ItemKind): boolean =>
  !SOUND_STEPS.includes(name) || !TEXT_KINDS.includes(kind);

/** What a step is called: a text is read where a recording is prepared for playing. */
export const stepKey = (name: StepName, kind: ItemKind) =>
  name === 'normalise' && TEXT_KINDS.includes(kind) ? ('step.normalise.text' as const) : (`step.${name}` as const);

/** From 0 to 1, or nothing when the work in hand cannot tell how far it is. */
export function knownProgress(step: CurrentStep | undefined, overall: number): number | undefined {
  const progress = step?.progress ?? overall;
  return progress > 0 && progress < 1 ? progress : undefined;
}

/** "Transcribing, 42 %". A step that cannot tell how far it is shows no number. */
export function workingWords(
  i18n: I18n,
  { kind, progress: overall }: Pick<ItemSummary, 'kind' | 'progress'>,
  step: CurrentStep | undefined,
): string {
  const words = i18n.t(step ? `${stepKey(step.name, kind)}.working` : 'status.working');
  const progress = knownProgress(step, overall);
  return progress === undefined ? words : `${words}, ${i18n.percent(progress)}`;
}

export type Remedy = 'retry' | 'connect' | 'delete';

const HOPELESS = ['invalid-input', 'too-large', 'unsupported-media', 'unreadable-media', 'address-refused'];

/** The one thing that helps with a problem. */
export function remedyFor(problem: RowProblem | null): Remedy {
  if (problem?.code === 'not-configured') return 'connect';
  return problem && HOPELESS.includes(problem.code) ? 'delete' : 'retry';
}

/** A few words for a row. What exactly happened is in the problem's own detail. */
export function problemKey(problem: RowProblem | null, has: (key: string) => key is MessageKey): MessageKey {
  if (problem?.code === 'not-configured' && problem.step === 'transcribe') return 'problem.needsTranscriber';
  const key = `problem.${problem?.code}`;
  return has(key) ? key : 'problem.other';
}

export const isOpen = (status: ItemSummary['status']): boolean => ['queued', 'working', 'waiting'].includes(status);
