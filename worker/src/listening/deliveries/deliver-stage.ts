import type { Stage } from '../runs/stage.ts';
import { queueDeliveries } from './queue-deliveries.ts';

/** Queues what each target wants to know of a run. The run does not wait for it: the log and its counts tell how it went. */
export const deliverStage: Stage = {
  name: 'deliver',
  kinds: ['full', 'import'],

  async step({ ports, run, commit }) {
    await commit(async (tx) => ({ counts: { deliveries: await queueDeliveries(tx, ports, run) } }));
    return 'done';
  },
};
