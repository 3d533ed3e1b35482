import type { Usage } from '../../assistant/model.ts';
import type { CampaignBrief, CampaignQuery } from '../campaign-contracts.ts';
import type { Intent, SuggestedReply } from '../judging-contracts.ts';
import type { Network } from '../post-contracts.ts';
import type { RuledPost } from './match-query.ts';

/** A post as it is judged. */
export interface JudgedPost extends RuledPost {
  readonly id: string;
  readonly network: Network;
  readonly authorName: string;
  readonly followers: number | null;
  readonly postedAt: Date;
  /** What it answers and what it quotes, where that is known. */
  readonly answers: string | null;
  readonly quotes: string | null;
}

/** A post that somebody gave a thumb: what is wanted, by example. */
export interface Example {
  readonly text: string;
  readonly thumb: 1 | -1;
  readonly note: string | null;
}

/** What posts are judged for. */
export interface JudgingTask {
  readonly query: CampaignQuery;
  readonly brief: CampaignBrief;
  /** The latest thumbs, both kinds. */
  readonly examples: readonly Example[];
  readonly now: Date;
}

/** What a post means for a campaign, before it is a row. */
export interface Judgement {
  readonly postId: string;
  readonly depth: 'scored' | 'read';
  /** 0 to 100, whole. */
  readonly relevance: number;
  readonly reason: string;
  readonly intent: Intent;
  /** −1 to 1. */
  readonly sentiment: number;
  /** 0 to 100, whole. */
  readonly urgency: number;
  readonly deadline: Date | null;
  readonly insight: string | null;
  /** As the post writes it. */
  readonly evidence: readonly string[];
  readonly replies: readonly SuggestedReply[];
  /** Of the brief's names, those it speaks of. */
  readonly names: readonly string[];
  /** `offline`, or `adapter:model`. */
  readonly judgedBy: string;
}

export interface Judged {
  readonly judgements: readonly Judgement[];
  /** Requests to the model. */
  readonly calls: number;
  readonly usage: Usage;
}
