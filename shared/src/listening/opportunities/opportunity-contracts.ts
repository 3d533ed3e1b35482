import { z } from 'zod';
import { PageQuery } from '../../platform/cursor.ts';
import { Analysis, Intent } from '../judging-contracts.ts';
import { Post } from '../post-contracts.ts';

export const OpportunityState = z.enum(['new', 'drafted', 'waiting', 'done', 'dismissed', 'snoozed']);
export type OpportunityState = z.infer<typeof OpportunityState>;

/** How a reply left: its text was taken, the network's own form was opened with it, or it was given to a publisher. */
export const ReplyHow = z.enum(['copied', 'opened-link', 'handed-on']);
export type ReplyHow = z.infer<typeof ReplyHow>;

/** reply: ours; answer: the author's to it; like: of our reply. Follows and clicks are told by no source yet. */
export const OutcomeKind = z.enum(['reply', 'like', 'follow', 'click', 'answer']);
export type OutcomeKind = z.infer<typeof OutcomeKind>;

/** A post worth acting on. Changes come on `org:<orgId>:listening` as opportunity.created, opportunity.changed. */
export const Opportunity = z.object({
  id: z.uuid(),
  campaign: z.object({ id: z.uuid(), name: z.string() }),
  post: Post,
  /** As it is judged now; null when the judgement was taken away. */
  analysis: Analysis.nullable(),
  state: OpportunityState,
  /** What undo goes back to; null when there is nothing to undo. */
  stateBefore: OpportunityState.nullable(),
  /** 0 to 100: relevance, urgency, reach and time left. The inbox is sorted by it. */
  value: z.number(),
  /** Until when an answer is worth something. */
  deadline: z.iso.datetime().nullable(),
  assigneeId: z.uuid().nullable(),
  draft: z.string().nullable(),
  dismissedReason: z.string().nullable(),
  snoozedUntil: z.iso.datetime().nullable(),
  /** Further posts that say the same. */
  foldedCount: z.int(),
  /** What the network said when it was last asked; null before that. */
  postState: z.enum(['present', 'gone', 'unknown']).nullable(),
  postCheckedAt: z.iso.datetime().nullable(),
  /** Why it could not be told. */
  postProblem: z.string().nullable(),
  actedAt: z.iso.datetime().nullable(),
  actedBy: z.uuid().nullable(),
  /** A `ReplyHow`, or the id of the publisher it was handed to. */
  handedTo: z.string().nullable(),
  outcomeCount: z.int(),
  createdAt: z.iso.datetime(),
});
export type Opportunity = z.infer<typeof Opportunity>;

export const OpportunityNote = z.object({
  id: z.uuid(),
  text: z.string(),
  createdBy: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
});
export type OpportunityNote = z.infer<typeof OpportunityNote>;

export const Outcome = z.object({
  kind: OutcomeKind,
  externalId: z.string(),
  /** Address, first words, and how many where that is counted. */
  detail: z.object({ url: z.string().optional(), text: z.string().optional(), count: z.int().optional() }),
  seenAt: z.iso.datetime(),
});
export type Outcome = z.infer<typeof Outcome>;

/** What there was between the author and us before: counts of all, and the newest five. */
export const AuthorHistory = z.object({
  posts: z.int(),
  opportunities: z.int(),
  acted: z.int(),
  last: z.array(
    z.object({
      opportunityId: z.uuid(),
      campaignName: z.string(),
      state: OpportunityState,
      text: z.string(),
      postedAt: z.iso.datetime(),
      actedAt: z.iso.datetime().nullable(),
      outcomeCount: z.int(),
    }),
  ),
});
export type AuthorHistory = z.infer<typeof AuthorHistory>;

export const OpportunityDetail = Opportunity.extend({
  /** Oldest first. */
  notes: z.array(OpportunityNote),
  outcomes: z.array(Outcome),
  /** The newest of the folded ones, at most 20. */
  folded: z.array(Post),
  /** Posts of the conversation by the campaign's own handles, oldest first. */
  ourReplies: z.array(Post),
  /** The same post as an opportunity of other campaigns that somebody acted on. */
  actedElsewhere: z.array(
    z.object({
      opportunityId: z.uuid(),
      campaignName: z.string(),
      actedBy: z.uuid().nullable(),
      actedAt: z.iso.datetime(),
    }),
  ),
  history: AuthorHistory,
});
export type OpportunityDetail = z.infer<typeof OpportunityDetail>;

/** What narrows the inbox. */
export const OpportunityFilter = z.object({
  state: OpportunityState.optional(),
  campaign: z.uuid().optional(),
  /** A member's id, or `none`. */
  assignee: z.union([z.uuid(), z.literal('none')]).optional(),
  intent: Intent.optional(),
  /** Words of the post, each from its beginning; `@handle` for an author. */
  q: z.string().trim().max(200).optional(),
});
export type OpportunityFilter = z.infer<typeof OpportunityFilter>;

export const OpportunityQuery = OpportunityFilter.extend(PageQuery.shape);
export type OpportunityQuery = z.infer<typeof OpportunityQuery>;

/** The most valuable first. */
export const OpportunityPage = z.object({
  opportunities: z.array(Opportunity),
  nextCursor: z.string().nullable(),
});
export type OpportunityPage = z.infer<typeof OpportunityPage>;

/** The most that is counted of one state: 1,000 stands for that many or more. */
export const COUNTED_AT_MOST = 1000;

export const OpportunityCounts = z.object({
  new: z.int(),
  drafted: z.int(),
  waiting: z.int(),
  done: z.int(),
  dismissed: z.int(),
  snoozed: z.int(),
});
export type OpportunityCounts = z.infer<typeof OpportunityCounts>;

const Draft = z.string().max(25_000);
const Reason = z.string().trim().min(1).max(500);
const Moment = z.iso.datetime({ offset: true });

/** A draft makes a new one drafted, and an empty draft makes it new again. Dismissing needs a reason, snoozing a time to come. */
export const OpportunityChange = z.strictObject({
  state: OpportunityState.optional(),
  draft: Draft.nullable().optional(),
  /** A member of the organisation who may write; null: nobody. */
  assigneeId: z.uuid().nullable().optional(),
  dismissedReason: Reason.optional(),
  snoozedUntil: Moment.optional(),
});
export type OpportunityChange = z.infer<typeof OpportunityChange>;

const Ids = z.array(z.uuid()).min(1).max(500);

/** One thing done to up to 500 opportunities. */
export const OpportunityBulk = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('change'), ids: Ids, change: OpportunityChange.omit({ draft: true }) }),
  z.strictObject({ action: z.literal('restore'), ids: Ids }),
]);
export type OpportunityBulk = z.infer<typeof OpportunityBulk>;

/** Every id asked for stands in one of the two. */
export const OpportunityBulkReport = z.object({
  done: z.array(z.uuid()),
  refused: z.array(z.object({ id: z.uuid(), code: z.string(), detail: z.string() })),
});
export type OpportunityBulkReport = z.infer<typeof OpportunityBulkReport>;

export const OpportunityAct = z.strictObject({
  how: ReplyHow,
  /** What was sent; kept as the draft. */
  text: Draft.optional(),
  /** For `handed-on`: the id of the publisher. */
  handoff: z.string().max(60).optional(),
  /** Although the post is gone, or was not checked in the last five minutes. */
  anyway: z.boolean().default(false),
});
export type OpportunityAct = z.infer<typeof OpportunityAct>;

export const NewOpportunityNote = z.strictObject({ text: z.string().trim().min(1).max(5000) });
export type NewOpportunityNote = z.infer<typeof NewOpportunityNote>;
