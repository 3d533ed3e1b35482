import { followJudgements, OPEN_AT_MOST, openOpportunities, recordOutcomes } from '@nexus/shared/listening';
import type { Stage } from '../runs/stage.ts';

/** Makes opportunities of what the run judged relevant, folds copies together, and sees what came of earlier ones. */
export const opportunityStage: Stage = {
  name: 'opportunities',
  kinds: ['full', 'import'],

  async step({ ports, run, commit }) {
    if (!run.campaignId) return 'done';
    const { orgId, campaignId, spec } = run;
    const { ownHandles } = spec.brief;
    let seen = 0;
    await commit(async (tx) => {
      const judged = { runId: run.id, orgId, campaignId, threshold: spec.threshold, ownHandles };
      const { opened, folded, ...batch } = await openOpportunities(tx, judged, ports.now());
      seen = batch.seen;
      return { counts: { opportunities: opened, folded } };
    });
    if (seen === OPEN_AT_MOST) return 'more';

    await commit(async (tx) => {
      await followJudgements(tx, { runId: run.id, orgId, campaignId }, ports.now());
      await recordOutcomes(tx, { orgId, campaignId, ownHandles }, ports.now());
      return {};
    });
    return 'done';
  },
};
