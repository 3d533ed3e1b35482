import type { DuplicateRelation, DuplicateVerdict, ItemRow } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';

/** Until the end of the transaction no other step of the organisation looks for duplicates: of two equal ones that come at the same moment, the second finds the first. */
export async function takeTurns(tx: Tx, orgId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`archive.duplicates ${orgId}`}, 0))`.execute(tx);
}

/** What was decided about an item and others, by their ids. Open questions are not among them. */
export async function knownVerdicts(tx: Tx, itemId: string): Promise<ReadonlyMap<string, DuplicateVerdict>> {
  const rows = await tx
    .selectFrom('duplicate_pairs')
    .select(['first_id', 'second_id', 'verdict'])
    .where((eb) => eb.or([eb('first_id', '=', itemId), eb('second_id', '=', itemId)]))
    .where('verdict', 'is not', null)
    .execute();
  return new Map(
    rows.map((row) => [row.first_id === itemId ? row.second_id : row.first_id, row.verdict as DuplicateVerdict]),
  );
}

/** How an item lies on another one. */
export interface Likeness {
  otherId: string;
  /** Of the item to the other. */
  relation: DuplicateRelation;
  foundBy: 'file' | 'sound';
  bitErrorRate: number | null;
  share: number | null;
  otherShare: number | null;
  startSeconds: number | null;
  otherStartSeconds: number | null;
  lengthSeconds: number | null;
}

const TURNED: Record<DuplicateRelation, DuplicateRelation> = {
  same: 'same',
  maybe: 'maybe',
  overlap: 'overlap',
  contains: 'excerpt',
  excerpt: 'contains',
};

/** Keeps what two items have in common: with a verdict of the machine, or as a question. An answer that a person gave stays. */
export async function keepPair(
  tx: Tx,
  item: Pick<ItemRow, 'id' | 'org_id'>,
  likeness: Likeness,
  verdict: 'same' | null,
): Promise<void> {
  const isFirst = item.id < likeness.otherId;
  const mine = { id: item.id, share: likeness.share, start: likeness.startSeconds };
  const others = { id: likeness.otherId, share: likeness.otherShare, start: likeness.otherStartSeconds };
  const [first, second] = isFirst ? [mine, others] : [others, mine];
  const facts = {
    relation: isFirst ? likeness.relation : TURNED[likeness.relation],
    found_by: likeness.foundBy,
    bit_error_rate: likeness.bitErrorRate,
    first_share: first.share,
    second_share: second.share,
    first_start_seconds: first.start,
    second_start_seconds: second.start,
    length_seconds: likeness.lengthSeconds,
    verdict,
  };
  await tx
    .insertInto('duplicate_pairs')
    .values({ org_id: item.org_id, first_id: first.id, second_id: second.id, ...facts })
    .onConflict((conflict) =>
      conflict
        .columns(['first_id', 'second_id'])
        .doUpdateSet(facts)
        .where('duplicate_pairs.decided_by', 'is', null)
        .where((eb) => eb.or([eb('duplicate_pairs.verdict', 'is', null), eb('duplicate_pairs.verdict', '=', 'same')])),
    )
    .execute();
}
