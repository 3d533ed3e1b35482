import type { Campaign, Run } from '@nexus/shared/listening';
import { toast } from 'svelte-sonner';
import { goto, refreshAll } from '$app/navigation';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { describeFailure } from '#lib/platform/describe-failure.ts';
import type { I18n } from '#lib/platform/i18n.ts';

/** Starts a run and leads to its live page. */
export async function runNow(campaignId: string, { app, i18n }: { app: NexusApp; i18n: I18n }): Promise<void> {
  try {
    const run = await app.api.post<Run>('/runs', { kind: 'full', campaignId });
    await goto(`/listening/runs/${run.id}`);
  } catch (error) {
    toast.error(describeFailure(error, i18n));
  }
}

/** Stops or resumes the schedule, and offers to take that back. */
export async function togglePause(
  campaign: Pick<Campaign, 'id' | 'isPaused' | 'name'>,
  { app, i18n }: { app: NexusApp; i18n: I18n },
): Promise<void> {
  const pause = async (isPaused: boolean) => {
    try {
      await app.api.patch(`/campaigns/${campaign.id}`, { isPaused });
      await refreshAll();
      return true;
    } catch (error) {
      toast.error(describeFailure(error, i18n));
      return false;
    }
  };
  const { name, isPaused } = campaign;
  if (!(await pause(!isPaused))) return;
  toast(i18n.t(isPaused ? 'listening.campaigns.resumedNotice' : 'listening.campaigns.pausedNotice', { name }), {
    action: { label: i18n.t('action.undo'), onClick: () => void pause(isPaused) },
  });
}
