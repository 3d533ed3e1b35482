import { toast } from 'svelte-sonner';
import { ApiProblem } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { describeFailure } from '#lib/platform/describe-failure.ts';
import type { I18n } from '#lib/platform/i18n.ts';

const UNDO_MS = 6000;

/** Deletes a chat after a few seconds in which a notice offers to undo. Leaving the page deletes at once. */
export function deleteChatSoon(
  chat: { id: string; title: string },
  { app, i18n }: { app: NexusApp; i18n: I18n },
): void {
  const stopWaiting = () => {
    clearTimeout(timer);
    removeEventListener('pagehide', run);
  };
  const run = async () => {
    stopWaiting();
    try {
      await app.api.delete(`/chats/${chat.id}`);
    } catch (error) {
      // Gone already is what was wanted.
      if (error instanceof ApiProblem && error.status === 404) return;
      app.leaving.delete(chat.id);
      toast.error(describeFailure(error, i18n));
    }
  };

  app.leaving.add(chat.id);
  const timer = setTimeout(run, UNDO_MS);
  addEventListener('pagehide', run);
  toast(i18n.t('chat.deleted', { title: chat.title }), {
    duration: UNDO_MS,
    action: {
      label: i18n.t('action.undo'),
      onClick: () => {
        stopWaiting();
        app.leaving.delete(chat.id);
      },
    },
  });
}
