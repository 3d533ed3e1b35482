import { toast } from 'svelte-sonner';
import type { I18n, MessageKey } from '#lib/platform/i18n.ts';

/** Puts a text into the clipboard and says so; the notice holds the text, for where a browser keeps the clipboard closed. */
export async function copyText(text: string, i18n: I18n, done: MessageKey = 'action.copied'): Promise<void> {
  const isCopied = await write(text);
  toast(i18n.t(isCopied ? done : 'line.copyByHand'), { description: text });
}

/** False over plain HTTP from another machine, where there is no clipboard, and where its use was denied. */
async function write(text: string): Promise<boolean> {
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
