import type { Run, RunStage, RunState } from '@nexus/shared/listening';

export type StageState = 'pending' | 'working' | 'waiting' | 'done' | 'failed' | 'canceled' | 'skipped';

const STAGES = ['search', 'conversations', 'judge', 'opportunities', 'deliver'] as const satisfies readonly RunStage[];

/** The stages that a run of this kind has. */
export const stagesOf = ({ kind }: Pick<Run, 'kind'>): readonly RunStage[] =>
  kind === 'preview' || kind === 'search' ? STAGES.slice(0, 1) : STAGES;

export const isRunOpen = (state: string): boolean => state === 'queued' || state === 'running' || state === 'waiting';

/** How far a stage is: those before the run's own are done, those after it wait, or never come when the run has ended. */
export function stageState(run: Pick<Run, 'state' | 'stage'>, stage: RunStage): StageState {
  if (run.state === 'done') return 'done';
  const distance = STAGES.indexOf(stage) - STAGES.indexOf(run.stage);
  if (distance < 0) return 'done';
  if (distance > 0) return isRunOpen(run.state) ? 'pending' : 'skipped';
  return HERE[run.state];
}

const HERE: Record<Exclude<RunState, 'done'>, StageState> = {
  queued: 'pending',
  running: 'working',
  waiting: 'waiting',
  failed: 'failed',
  canceled: 'canceled',
};
