import type { z } from 'zod';

/** A unit of queued work: what it carries and how the queue treats it. Handlers live in `worker/`. */
export interface JobDefinition<Payload = unknown> {
  /** `capability.verb-noun`; also the queue's name. */
  readonly name: `${string}.${string}`;
  readonly payload: z.ZodType<Payload>;
  /** The queue is the only thing that retries. */
  readonly retry: { limit: number; delaySeconds: number; backoff?: boolean };
  /** After this the attempt is given up and counts as failed. */
  readonly timeoutSeconds: number;
  /** Jobs with the same key are never queued twice at once. */
  readonly key?: (payload: Payload) => string;
  /** How many of these one worker runs side by side. */
  readonly concurrency?: number;
}

export function defineJob<Payload>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  return definition;
}
