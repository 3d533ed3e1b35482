/** From a job sent to its handler started, as the real process writes it down for each step of an item. */
import { Item } from '@nexus/shared/archive';
import { firstOwner, startNexus } from '../../cli/test/running/start-nexus.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';
import { untilReady } from './until-ready.ts';

const WARM_UP = 5;
const ITEMS = 80;
/** An item of cues is worked off in about 60 ms; nothing shall wait behind another. */
const PAUSE_MS = 250;

export async function measureQueueLatency(): Promise<readonly Figure[]> {
  await using nexus = await startNexus();
  const { client } = await firstOwner(nexus);

  const times: number[] = [];
  for (let number = 0; number < WARM_UP + ITEMS; number++) {
    const { id } = await client.request('POST', '/media/process', Item, {
      source: 'text',
      text: `WEBVTT\n\n00:00.000 --> 00:02.000\nLine ${number} of the log.\n`,
    });
    await Bun.sleep(PAUSE_MS);
    const { steps } = await untilReady(client, id);
    if (number < WARM_UP) continue;
    // The first job is sent by the request; each other one by the transaction that ends the step before it.
    for (const [at, step] of steps.entries()) {
      const sentAt = steps[at - 1]?.finishedAt;
      if (sentAt && step.startedAt) times.push(Date.parse(step.startedAt) - Date.parse(sentAt));
    }
  }
  const note =
    'from the time a step ended, taken before the commit that sends the next job, to the time the next step began; clock of 1 ms';
  return [
    figure('job-to-handler-p50', percentile(times, 0.5), 'ms', times.length, note),
    figure('job-to-handler-p99', percentile(times, 0.99), 'ms', times.length, note),
  ];
}
