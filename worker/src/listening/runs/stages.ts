import { deliverStage } from '../deliveries/deliver-stage.ts';
import { judgeStage } from '../judging/judge-stage.ts';
import { opportunityStage } from '../opportunities/opportunity-stage.ts';
import { conversationStage } from './conversation-stage.ts';
import { searchStage } from './search-stage.ts';
import type { Stage } from './stage.ts';

/** What a run does, in this order; each stage names the kinds of run that have it. */
export const STAGES: readonly Stage[] = [searchStage, conversationStage, judgeStage, opportunityStage, deliverStage];
