import { type JobDefinition, NexusError } from '@nexus/shared/platform';
import type { PgBoss } from 'pg-boss';
import type { Handler } from './handle.ts';

/** A worker that is killed stops touching its jobs; others take them after this. */
const HEARTBEAT_SECONDS = 30;

/** Creates or updates one pg-boss queue per job. `short`: at most one queued per key, so a second request joins the first. */
export async function createQueues(boss: PgBoss, jobs: readonly JobDefinition[]): Promise<void> {
  const present = new Set((await boss.getQueues()).map((queue) => queue.name));
  for (const job of jobs) {
    const options = {
      notify: true,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: job.timeoutSeconds,
      retryLimit: job.retry.limit,
      retryDelay: job.retry.delaySeconds,
      retryBackoff: job.retry.backoff ?? false,
      deleteAfterSeconds: 24 * 3600,
    };
    if (present.has(job.name)) await boss.updateQueue(job.name, options);
    else await boss.createQueue(job.name, { ...options, policy: job.key ? 'short' : 'standard' });
  }
}

/** Throws with every problem at once when jobs and handlers do not match one to one. */
export function checkHandlers(jobs: readonly JobDefinition[], handlers: readonly Handler<never>[]): void {
  const problems: string[] = [];
  for (const { name } of jobs) {
    const count = handlers.filter((handler) => handler.job.name === name).length;
    if (count !== 1) problems.push(`${name} has ${count} handlers`);
  }
  for (const { job } of handlers)
    if (!jobs.some(({ name }) => name === job.name)) problems.push(`${job.name} is handled but not defined`);
  if (problems.length > 0) throw new NexusError('internal', `Jobs and handlers do not match: ${problems.join('; ')}.`);
}
