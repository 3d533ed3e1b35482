import { isTyping } from '#lib/platform/typing.ts';
import type { LineActs } from './line-acts.svelte.ts';

interface Keys {
  acts: LineActs | undefined;
  /** `e` */
  edit: () => void;
  /** `l` */
  link: () => void;
}

/** What keys do with the line at hand, and with what was corrected last. */
export function onLineShortcut(event: KeyboardEvent, { acts, edit, link }: Keys): void {
  if (!acts || isTyping(event) || event.altKey) return;
  const key = event.key.toLowerCase();
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && key === 'z') {
    if (event.shiftKey) acts.redo();
    else acts.undo();
  } else if (isCommand) return;
  else if (key === 'e') edit();
  else if (key === 'l') link();
  else return;
  event.preventDefault();
}

/** Where a menu opens: at the pointer, or beside the line when a key asked for it. */
export function menuAnchor(
  { clientX, clientY }: MouseEvent,
  line?: Element | null,
): { getBoundingClientRect(): DOMRect } {
  const isPointed = clientX > 0 || clientY > 0 || !line;
  return {
    getBoundingClientRect: () => (isPointed ? new DOMRect(clientX, clientY, 0, 0) : line.getBoundingClientRect()),
  };
}
