import { type AnswerOptions, type ChatEvent, type ChatMessage, openChatModels } from '@nexus/shared/assistant';
import {
  type Context,
  databaseAs,
  instanceConnections,
  type LogFields,
  NexusError,
  openConnections,
  PROBLEMS,
  type ProblemCode,
} from '@nexus/shared/platform';
import type { Context as RequestContext } from 'hono';
import type { ApiEnv, ApiPorts } from '../platform/ports.ts';
import { eventStream } from './event-stream.ts';
import { servingEmbedder } from './search.ts';

/** Runs an answer for a request: as a stream of events, or whole for whoever accepts JSON alone. */
export async function answerRequest(
  c: RequestContext<ApiEnv>,
  ports: ApiPorts,
  begin: (ctx: Context, options: AnswerOptions) => AsyncGenerator<ChatEvent>,
): Promise<Response> {
  const { ctx, requestId } = c.var;
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, c.req.raw.signal]);
  const fields: LogFields = {};
  // The request's own event is written before the answer is.
  const log = { set: (more: LogFields) => void Object.assign(fields, more) };
  const [{ models, warnings }, serving] = await Promise.all([
    modelsFor(ports, ctx.orgId),
    servingEmbedder(ports, ctx.orgId),
  ]);
  const events = begin(
    { ...ctx, log },
    {
      models,
      embedder: serving.embedder,
      signal,
      warning: warnings[0] ?? serving.warning,
    },
  );

  const first = await events.next();
  if (first.done) throw new NexusError('internal', 'The answer ended before it began. Try again.');
  const ended = (error?: unknown) =>
    ports.writeLog({
      time: ports.now().toISOString(),
      level: error ? 'error' : 'info',
      event: 'answer',
      requestId,
      orgId: ctx.orgId,
      ...fields,
      ...(error ? { cause: String(error) } : {}),
    });
  if (acceptsOnlyJson(c.req.header('accept'))) return c.json(await wholeAnswer(events, ended), 200);
  return eventStream(first.value, events, { stop: () => controller.abort(), ended });
}

async function modelsFor({ kysely, vault, keys }: ApiPorts, orgId: string) {
  const service = databaseAs(kysely, { role: 'service_role' });
  const own = await service.transaction().execute((tx) => openConnections(tx, vault, orgId, 'model'));
  return openChatModels([...own, ...instanceConnections(keys, 'model')]);
}

/** Streaming is the rule: a client that says nothing of what it accepts gets events. */
function acceptsOnlyJson(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('application/json') && !accept.includes('text/event-stream');
}

async function wholeAnswer(events: AsyncIterable<ChatEvent>, ended: (error?: unknown) => void): Promise<ChatMessage> {
  try {
    for await (const event of events) {
      if (event.type === 'problem') throw problemOf(event.problem);
      if (event.type === 'end') return event.message;
    }
    throw new NexusError('internal', 'The answer has no end. Try again.');
  } finally {
    ended();
  }
}

function problemOf({
  code,
  detail,
  retryAfterSeconds,
}: Extract<ChatEvent, { type: 'problem' }>['problem']): NexusError {
  const known = code in PROBLEMS ? (code as ProblemCode) : 'internal';
  return new NexusError(known, detail, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
