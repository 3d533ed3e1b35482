import type { BulkReport } from '@nexus/shared/archive';
import { toast } from 'svelte-sonner';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { describeFailure } from '#lib/platform/describe-failure.ts';
import type { I18n } from '#lib/platform/i18n.ts';

/** As long as the notice stands: time to read it and reach the button. */
const UNDO_MS = 6000;
/** As many as the API deletes in one request. */
const BULK_AT_MOST = 500;

/** Deletes after a few seconds in which a notice offers to undo. Leaving the page deletes at once. */
export function deleteSoon(
  items: readonly { id: string; title: string }[],
  { app, i18n }: { app: NexusApp; i18n: I18n },
): void {
  const ids = items.map(({ id }) => id);
  const comeBack = (which: readonly string[]) => {
    for (const id of which) app.leaving.delete(id);
  };
  const stopWaiting = () => {
    clearTimeout(timer);
    removeEventListener('pagehide', run);
  };

  const run = async () => {
    stopWaiting();
    try {
      for (let first = 0; first < ids.length; first += BULK_AT_MOST) {
        const change = { action: 'delete', ids: ids.slice(first, first + BULK_AT_MOST) };
        // What is asked for while the page is being left still goes out.
        const { refused } = await app.api.post<BulkReport>('/media/bulk', change, { keepalive: true });
        // What was gone already is what was wanted.
        const kept = refused.filter(({ code }) => code !== 'not-found');
        comeBack(kept.map(({ id }) => id));
        if (kept[0]) toast.error(i18n.t('delete.failed', { reason: kept[0].detail }));
      }
    } catch (error) {
      comeBack(ids);
      toast.error(i18n.t('delete.failed', { reason: describeFailure(error, i18n) }));
    }
  };

  for (const id of ids) app.leaving.add(id);
  const timer = setTimeout(run, UNDO_MS);
  addEventListener('pagehide', run);
  toast(i18n.t('delete.done', { count: items.length, title: items[0]?.title ?? '' }), {
    duration: UNDO_MS,
    action: {
      label: i18n.t('action.undo'),
      onClick: () => {
        stopWaiting();
        comeBack(ids);
        toast(i18n.t('delete.undone'));
      },
    },
  });
}
