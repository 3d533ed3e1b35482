import type { Updateable } from 'kysely';
import {
  type Context,
  type DB,
  NexusError,
  OrgRole,
  requireScope,
  ROLE_SCOPES,
  type Tx,
} from '../../platform/index.ts';
import { storableText } from '../../archive/storable-text.ts';
import { lockOpportunity, type OpportunityRow, updateOpportunity } from './lock-opportunity.ts';
import type { Opportunity, OpportunityChange, OpportunityState } from './opportunity-contracts.ts';
import { readOpportunity } from './opportunity-rows.ts';
import { requireStep } from './opportunity-states.ts';

/** Changes state, draft or assignee. What it was before its state changed is kept for undo. */
export async function changeOpportunity(
  ctx: Context,
  input: { opportunityId: string; change: OpportunityChange },
): Promise<Opportunity> {
  requireScope(ctx.actor, 'listening:write');
  const { opportunityId, change } = input;

  return ctx.db.transaction().execute(async (tx) => {
    const row = await lockOpportunity(tx, ctx.orgId, opportunityId);
    if (change.assigneeId) await requireWriter(tx, ctx.orgId, change.assigneeId);
    const set = { ...changedDraft(change), ...changedState(row, change, ctx.now()) };
    if (change.assigneeId !== undefined) set.assignee_id = change.assigneeId;
    if (Object.keys(set).length > 0) await updateOpportunity(tx, row, set);
    return readOpportunity(tx, ctx.orgId, opportunityId);
  });
}

type Change = Updateable<DB['opportunities']>;

const changedDraft = ({ draft }: OpportunityChange): Change =>
  draft === undefined ? {} : { draft: storableText(draft ?? '') || null };

function changedState(row: OpportunityRow, change: OpportunityChange, now: Date): Change {
  const from = row.state as OpportunityState;
  const to = change.state ?? stateOfDraft(from, change);
  requireStep(from, to);
  if (to === 'dismissed' && !change.dismissedReason && from !== to)
    throw invalid('dismissedReason', 'Say why it is dismissed: it helps the next judging.');
  if (to === 'snoozed' && (change.snoozedUntil ? new Date(change.snoozedUntil) <= now : from !== to))
    throw invalid('snoozedUntil', 'Say until when it is snoozed: a time to come.');
  return {
    ...(from !== to && { state: to, state_before: from }),
    ...(to === 'dismissed' && change.dismissedReason && { dismissed_reason: change.dismissedReason }),
    ...(to === 'snoozed' && change.snoozedUntil && { snoozed_until: new Date(change.snoozedUntil) }),
    ...(from === 'dismissed' && from !== to && { dismissed_reason: null }),
    // Whoever is done with a snoozed one and takes that back has it snoozed again.
    ...(from !== to && to !== 'snoozed' && from !== 'snoozed' && { snoozed_until: null }),
  };
}

/** Words make a draft of what is new, and none make it new again; elsewhere they change nothing. */
function stateOfDraft(from: OpportunityState, { draft }: OpportunityChange): OpportunityState {
  if (draft === undefined) return from;
  if (from === 'new' && draft?.trim()) return 'drafted';
  if (from === 'drafted' && !draft?.trim()) return 'new';
  return from;
}

/** A viewer could not do anything about it. */
async function requireWriter(tx: Tx, orgId: string, userId: string): Promise<void> {
  const member = await tx
    .selectFrom('members')
    .select('role')
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!member) throw invalid('assigneeId', 'This person is not a member of the organisation.');
  if (!ROLE_SCOPES[OrgRole.parse(member.role)].has('listening:write'))
    throw invalid('assigneeId', 'This person may only look. Choose somebody who may work on opportunities.');
}

const invalid = (field: string, detail: string) =>
  new NexusError('invalid-input', detail, { fields: { [field]: [detail] } });
