import { openServingEmbedder } from '@nexus/shared/assistant';
import { type AroundPost, findPassages, isSameHandle, type JudgedPost, type ThreadPost } from '@nexus/shared/listening';
import { sql } from 'kysely';
import { SYSTEM } from '../../platform/connections.ts';
import type { StageIo } from '../runs/stage.ts';

/** Of a conversation of thousands, what stands nearest. */
const MOST_BEFORE = 12;
const MOST_AFTER = 20;

/** What is read with a post: its conversation as it is stored, and what the organisation's own archive says of the matter. */
export async function aroundPost(
  { ports, run }: Pick<StageIo, 'ports' | 'run'>,
  post: JudgedPost,
): Promise<AroundPost> {
  const thread = await readThread({ ports, run }, post);
  const { embedder } = await ports.db.transaction().execute((tx) => openServingEmbedder(tx, ports, run.orgId));
  const ctx = { orgId: run.orgId, actor: SYSTEM, db: ports.db, log: { set: () => undefined } };
  return { thread, passages: await findPassages(ctx, post.text, embedder) };
}

async function readThread({ ports, run }: Pick<StageIo, 'ports' | 'run'>, post: JudgedPost): Promise<ThreadPost[]> {
  const { rows } = await ports.db.transaction().execute((tx) =>
    sql<{ handle: string | null; text: string; posted_at: Date; side: ThreadPost['side'] }>`
      with recursive before as (
        select p.*, 0 as up from posts p where p.org_id = ${run.orgId} and p.id = ${post.id}
        union all
        select a.*, b.up + 1 from before b join posts a
          on a.org_id = b.org_id and a.network = b.network and a.external_id = b.reply_to_external_id
        where b.up < ${MOST_BEFORE} and a.id <> b.id
      ), after as (
        select a.* from before b join posts a on a.conversation_id = b.conversation_id and a.org_id = b.org_id
        where b.up = 0 and a.reply_to_external_id = b.external_id and a.network = b.network
        order by a.posted_at limit ${MOST_AFTER}
      ), around as (
        select author_id, text, posted_at, 'before' as side from before where up > 0
        union all select author_id, text, posted_at, 'after' from after
      )
      select u.handle, left(x.text, 1000) as text, x.posted_at, x.side from around x left join authors u on u.id = x.author_id
      order by x.posted_at
    `.execute(tx),
  );
  return rows.map(({ handle, text, posted_at, side }) => ({
    authorHandle: handle ?? '',
    text,
    postedAt: new Date(posted_at),
    isOurs: handle !== null && run.spec.brief.ownHandles.some((own) => isSameHandle(own, handle)),
    side,
  }));
}
