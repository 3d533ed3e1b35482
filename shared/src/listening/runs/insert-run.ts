import type { Selectable } from 'kysely';
import type { DB, Queue, Tx } from '../../platform/index.ts';
import type { RunKind, RunSpec } from '../run-contracts.ts';
import { advanceRun } from './run-jobs.ts';
import { specOf } from './run-spec.ts';

export interface NewRunRow {
  readonly orgId: string;
  readonly campaignId: string | null;
  readonly kind: RunKind;
  readonly trigger: 'manual' | 'schedule';
  readonly spec: RunSpec;
  readonly createdBy: string | null;
}

/** A run with its job. Null when the campaign has one under way: an index holds that, however many ask at once. */
export async function insertRun(tx: Tx, queue: Queue, run: NewRunRow): Promise<string | null> {
  const row = await tx
    .insertInto('runs')
    .values({
      org_id: run.orgId,
      campaign_id: run.campaignId,
      kind: run.kind,
      trigger: run.trigger,
      spec: JSON.stringify(run.spec),
      created_by: run.createdBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) return null;
  await queue.send(advanceRun, { orgId: run.orgId, runId: row.id }, { tx });
  return row.id;
}

/** A whole run of a campaign as it is now. */
export function insertCampaignRun(
  tx: Tx,
  queue: Queue,
  campaign: Selectable<DB['campaigns']>,
  by: Pick<NewRunRow, 'trigger' | 'createdBy'>,
): Promise<string | null> {
  const { org_id: orgId, id: campaignId } = campaign;
  return insertRun(tx, queue, { orgId, campaignId, kind: 'full', spec: specOf(campaign), ...by });
}
