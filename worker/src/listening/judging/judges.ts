import { type Model, openModel } from '@nexus/shared/assistant';
import { isProblem, type NexusError } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';
import { connectionsOf } from '../../platform/connections.ts';
import type { RunAtWork } from '../runs/stage.ts';

/** A service's filter may refuse one batch for what stands in it; one that refuses two in a row refuses all. */
const MOST_REFUSALS = 2;

/** Who may judge, while one worker holds a run: models that keep refusing are not asked again. */
export interface Judges {
  /** In the order to try. Empty: judged offline. */
  readonly models: Model[];
  /** Why there is no model although one is connected, in words for a user. */
  why: string | undefined;
  /** Posts that no model could read: one that was answered with nonsense is not asked for over and over. */
  readonly unreadable: Set<string>;
  /** In a row, by the model's id. */
  readonly refusals: Map<string, number>;
}

const open = new WeakMap<RunAtWork, Judges>();

/** Connections that were changed meanwhile have their say when the run is next taken up. */
export async function judgesOf(ports: WorkerPorts, run: RunAtWork): Promise<Judges> {
  const known = open.get(run);
  if (known) return known;
  const judges: Judges = { models: [], why: undefined, unreadable: new Set(), refusals: new Map() };
  for (const connection of await connectionsOf(ports, run.orgId, 'model')) {
    try {
      const model = openModel(connection.adapter, connection);
      // Whoever puts the offline method before others wants it.
      if (!model) break;
      judges.models.push(model);
    } catch (error) {
      if (!isProblem(error, 'not-configured')) throw error;
      judges.why = `${connection.label} was not used: ${error.detail}`;
    }
  }
  open.set(run, judges);
  return judges;
}

/**
 * By the first model that answers; null when none is left. One that refuses is passed over, for good when it does
 * so twice in a row and `isFinal`. When all that is left are passing problems, the first is thrown: the run waits.
 */
export async function byPreference<Result>(
  judges: Judges,
  { isFinal }: { isFinal: boolean },
  work: (model: Model) => Promise<Result>,
): Promise<Result | null> {
  let passing: NexusError | undefined;
  // Requests at the same time take refusing models off the list.
  const models = judges.models.slice();
  for (const model of models) {
    try {
      const result = await work(model);
      judges.refusals.delete(model.id);
      return result;
    } catch (error) {
      if (!isProblem(error, 'upstream-refused', 'upstream-down', 'upstream-limited')) throw error;
      if (error.mayRetry) passing ??= error;
      else if (isFinal) {
        judges.why = `${model.label} was not used: ${error.detail}`;
        const refusals = (judges.refusals.get(model.id) ?? 0) + 1;
        judges.refusals.set(model.id, refusals);
        if (refusals < MOST_REFUSALS) continue;
        const place = judges.models.indexOf(model);
        if (place >= 0) judges.models.splice(place, 1);
      }
    }
  }
  if (passing) throw passing;
  return null;
}
