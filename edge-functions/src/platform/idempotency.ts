import { type Database, databaseAs, NexusError, sha256, type Tx, type Vault } from '@nexus/shared/platform';
import type { MiddlewareHandler } from 'hono';
import { sql } from 'kysely';
import { z } from 'zod';
import { ORG_HEADER } from './organisation.ts';
import type { ApiEnv, ApiPorts } from './ports.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** A first request that has not answered for so long died with its process; the next one may try. */
const ABANDONED_AFTER = '2 minutes';

const Answer = z.object({ status: z.number().int(), headers: z.record(z.string(), z.string()), body: z.string() });
type Answer = z.infer<typeof Answer>;

/**
 * `Idempotency-Key` for writes: the same key with the same request gets the first one's answer for 24 hours, with another
 * request 422, and 409 with `Retry-After` while the first is under way. Outcomes are stored, failures of ours (5xx) and
 * refusals that pass (401, 429) are not. Answers are sealed, because one may show a new key.
 */
export function idempotent({ kysely, vault }: ApiPorts): MiddlewareHandler<ApiEnv> {
  const service = databaseAs(kysely, { role: 'service_role' });

  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    const { identity } = c.var;
    if (key === undefined || !WRITES.has(c.req.method) || !identity) return next();
    if (!KEY.test(key)) {
      const detail = 'Idempotency-Key has 1 to 255 printable characters without spaces.';
      throw new NexusError('invalid-input', detail, { fields: { 'Idempotency-Key': [detail] } });
    }

    const actorId = identity.kind === 'key' ? identity.keyId : identity.userId;
    const request = {
      actorId,
      key,
      hash: await hashOf(c.req.method, c.req.path, c.req.header(ORG_HEADER), await c.req.arrayBuffer()),
    };
    const stored = await service.transaction().execute((tx) => claim(tx, request));
    if (stored) {
      c.var.log.set({ replayed: true });
      return replay(vault, request, stored);
    }

    await next();

    const settle = (answer: Answer | null) => settleClaim(service, vault, request, answer);
    // A stream is passed on as it comes and kept once it is whole.
    if (c.res.headers.get('content-type')?.startsWith('text/event-stream')) c.res = recorded(c.res, settle);
    else await settle(await answerOf(c.res));
  };
}

async function settleClaim(
  service: Database,
  vault: Vault,
  request: KeyedRequest,
  answer: Answer | null,
): Promise<void> {
  const { actorId, key } = request;
  const sealed = answer && (await vault.seal(JSON.stringify(answer), contextOf(request)));
  await service.transaction().execute(async (tx) => {
    if (!sealed) {
      await tx.deleteFrom('idempotency_keys').where('actor_id', '=', actorId).where('key', '=', key).execute();
      return;
    }
    await tx
      .updateTable('idempotency_keys')
      .set({ status: answer.status, ciphertext: sealed.ciphertext, key_id: sealed.keyId })
      .where('actor_id', '=', actorId)
      .where('key', '=', key)
      .execute();
  });
}

/** The same stream; one that breaks off or is left was no outcome. */
function recorded(response: Response, settle: (answer: Answer | null) => Promise<void>): Response {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let body = '';
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          body += decoder.decode(value, { stream: true });
          return controller.enqueue(value);
        }
        await settle({ status: response.status, headers: headersOf(response), body });
        controller.close();
      } catch (error) {
        await settle(null);
        controller.error(error);
      }
    },
    async cancel(reason) {
      await reader.cancel(reason);
      await settle(null);
    },
  });
  return new Response(stream, { status: response.status, headers: response.headers });
}

interface KeyedRequest {
  actorId: string;
  key: string;
  hash: string;
}

interface StoredAnswer {
  ciphertext: string;
  keyId: string;
}

/** Null when this request is the first. Two at once meet in the primary key. */
async function claim(tx: Tx, { actorId, key, hash }: KeyedRequest): Promise<StoredAnswer | null> {
  const claimed = await tx
    .insertInto('idempotency_keys')
    .values({ actor_id: actorId, key, request_hash: hash })
    .onConflict((conflict) =>
      conflict
        .columns(['actor_id', 'key'])
        .doUpdateSet({ request_hash: hash, status: null, ciphertext: null, key_id: null, created_at: sql`now()` })
        .where(
          sql<boolean>`idempotency_keys.created_at < now() - interval '24 hours'
            or (idempotency_keys.status is null and idempotency_keys.created_at < now() - ${ABANDONED_AFTER}::interval)`,
        ),
    )
    .returning('key')
    .executeTakeFirst();
  if (claimed) return null;

  const first = await tx
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'ciphertext', 'key_id'])
    .where('actor_id', '=', actorId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (first && first.request_hash !== hash) {
    const detail = 'This Idempotency-Key was used for another request. Use a new one.';
    throw new NexusError('invalid-input', detail, { fields: { 'Idempotency-Key': [detail] } });
  }
  if (!first?.ciphertext || !first.key_id) {
    throw new NexusError('conflict', 'The first request with this Idempotency-Key is still under way.', {
      retryAfterSeconds: 1,
    });
  }
  return { ciphertext: first.ciphertext, keyId: first.key_id };
}

async function replay(vault: Vault, request: KeyedRequest, stored: StoredAnswer): Promise<Response> {
  const { status, headers, body } = Answer.parse(JSON.parse(await vault.open(stored, contextOf(request))));
  return new Response(status === 204 ? null : body, {
    status,
    headers: { ...headers, 'idempotency-replayed': 'true' },
  });
}

/** Null for what is not an outcome: the client should try again. */
async function answerOf(response: Response): Promise<Answer | null> {
  const { status } = response;
  if (status >= 500 || status === 401 || status === 429) return null;
  return { status, headers: headersOf(response), body: await response.clone().text() };
}

function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries(
    ['content-type', 'location'].flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** Of the bytes: sound read as text would hash, and be passed on, as something else. */
async function hashOf(method: string, path: string, org: string | undefined, body: ArrayBuffer): Promise<string> {
  return sha256([method, path, org ?? '', await sha256(new Uint8Array(body))].join('\n'));
}

function contextOf({ actorId, key }: KeyedRequest): string {
  return `idempotency:${actorId}/${key}`;
}
