import { queueDueDeliveries } from './listening/deliveries/queue-due-deliveries.ts';
import { prune } from '@nexus/shared/platform';
import { catchUpEmbeddings } from './assistant/catch-up-embeddings.ts';
import { queueDueFeeds } from './archive/feeds/queue-due-feeds.ts';
import { finishAbandoned, removeOldChunks } from './archive/recordings/finish-abandoned.ts';
import { tendOpportunities } from './listening/opportunities/tend-opportunities.ts';
import { followPosts } from './listening/runs/follow-posts.ts';
import { pruneRuns } from './listening/runs/prune-runs.ts';
import { requeueRuns } from './listening/runs/requeue-runs.ts';
import { startDueCampaigns } from './listening/runs/start-due-campaigns.ts';
import { checkProtocol } from './listening/sources/x/check-protocol.ts';
import type { WorkerPorts } from './platform/ports.ts';
import type { Schedule } from './platform/scheduler.ts';

/** All that happens by the clock. */
export const SCHEDULES: readonly Schedule[] = [
  { name: 'prune', cron: '17 * * * *', run: queuePruning },
  { name: 'finish-recordings', cron: '*/10 * * * * *', run: finishAbandoned },
  { name: 'remove-old-chunks', cron: '37 * * * *', run: removeOldChunks },
  { name: 'check-feeds', cron: '* * * * *', run: queueDueFeeds },
  { name: 'tend-opportunities', cron: '* * * * *', run: tendOpportunities },
  { name: 'start-campaigns', cron: '* * * * *', run: startDueCampaigns },
  { name: 'requeue-runs', cron: '*/15 * * * * *', run: (ports) => requeueRuns(ports) },
  { name: 'follow-posts', cron: '29 * * * *', run: followPosts },
  { name: 'prune-runs', cron: '47 * * * *', run: pruneRuns },
  { name: 'check-x-protocol', cron: '7 * * * *', run: checkProtocol },
  { name: 'catch-up-embeddings', cron: '41 * * * *', run: catchUpEmbeddings },
  { name: 'queue-due-deliveries', cron: '* * * * *', run: queueDueDeliveries },
];

/** The hour is the job's key: of several workers' jobs one is kept. */
async function queuePruning(ports: WorkerPorts): Promise<void> {
  const hour = ports.now().toISOString().slice(0, 13);
  await ports.db.transaction().execute((tx) => ports.queue.send(prune, { hour }, { tx }));
}
