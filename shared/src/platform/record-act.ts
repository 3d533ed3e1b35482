import type { Actor } from './context.ts';
import type { Tx } from './database.ts';

export interface Act {
  /** `capability.verb-noun` of the verb that acted. */
  action: `${string}.${string}`;
  subjectKind: string;
  subjectId: string;
  /** What changed, for people to read. Never secrets. */
  details?: Record<string, string | number | boolean | null | readonly string[]>;
}

/**
 * Writes an audit entry in the transaction of the act itself: membership, keys, credentials and deletions are recorded. A
 * policy holds that nobody writes another's name.
 */
export async function recordAct(
  tx: Tx,
  { orgId, actor }: { orgId: string; actor: Pick<Actor, 'kind' | 'userId' | 'keyId'> },
  { action, subjectKind, subjectId, details = {} }: Act,
): Promise<void> {
  await tx
    .insertInto('audit_log')
    .values({
      org_id: orgId,
      actor_kind: actor.kind,
      actor_user_id: actor.userId,
      actor_key_id: actor.keyId,
      action,
      subject_kind: subjectKind,
      subject_id: subjectId,
      details: JSON.stringify(details),
    })
    .execute();
}
