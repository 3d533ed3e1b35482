import { enhance } from '$app/forms';
import type { Attachment } from 'svelte/attachments';

/**
 * Sends a form without leaving the page, keeps what was typed, marks it busy meanwhile, and moves the focus to what went wrong.
 */
export function submit(onBusy: (busy: boolean) => void): Attachment<HTMLFormElement> {
  return (form) => {
    const { destroy } = enhance(form, () => {
      onBusy(true);
      return async ({ update, result }) => {
        await update({ reset: false });
        onBusy(false);
        if (result.type === 'failure')
          form.querySelector<HTMLElement>('[aria-invalid="true"], [data-problem]')?.focus();
      };
    });
    return destroy;
  };
}
