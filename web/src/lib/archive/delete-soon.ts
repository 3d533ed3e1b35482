import { toast } from 'svelte-sonner';
import { ApiProblem } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { describeFailure } from '#lib/platform/describe-failure.ts';
import type { I18n } from '#lib/platform/i18n.ts';

/** As long as the notice stands: time to read it and reach the button. */
const UNDO_MS = 6000;

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
    const results = await Promise.all(ids.map((id) => app.api.delete(`/media/${id}`).then(() => null, refusalOf)));
    const refused = ids.filter((_, index) => results[index] !== null);
    const refusal = results.find((result) => result !== null);
    comeBack(refused);
    if (refusal) toast.error(i18n.t('delete.failed', { reason: describeFailure(refusal, i18n) }));
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

/** Null when it was gone already, which is what was wanted. */
const refusalOf = (error: unknown): unknown => (error instanceof ApiProblem && error.status === 404 ? null : error);
