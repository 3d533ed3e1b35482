import { isTyping } from '#lib/platform/typing.ts';
import type { Inbox } from './inbox.svelte.ts';
import type { Triage } from './triage.svelte.ts';

interface TriageRights {
  canWrite: () => boolean;
  /** Shows one in full, also where there is room for one thing only. */
  open: (id: string) => void;
}

/** The inbox from the keyboard: j and k go through it, the rest is done to what is selected, else to where one is. */
export class TriageKeys {
  constructor(
    private readonly inbox: Inbox,
    private readonly triage: Triage,
    private readonly rights: TriageRights,
  ) {}

  press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const act = this.#reading[event.key] ?? (this.rights.canWrite() ? this.#writing[event.key] : undefined);
    // A focused link or button has its own use of Enter.
    if (
      !act ||
      (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary'))
    )
      return;
    event.preventDefault();
    act();
  }

  readonly #reading: Record<string, (() => void) | undefined> = {
    j: () => this.inbox.move(1),
    k: () => this.inbox.move(-1),
    Enter: () => this.inbox.currentId && this.rights.open(this.inbox.currentId),
  };

  readonly #writing: Record<string, (() => void) | undefined> = {
    e: () => void this.triage.close({ state: 'done' }),
    r: () => this.#reply(),
    s: () => this.#ask('snooze'),
    d: () => this.#ask('dismiss'),
    x: () => this.inbox.currentId && this.inbox.toggle(this.inbox.currentId),
    u: () => void this.triage.undo(),
  };

  #ask(what: 'snooze' | 'dismiss'): void {
    if (this.triage.ids.length > 0) this.triage.asking = what;
  }

  #reply(): void {
    const { currentId } = this.inbox;
    if (!currentId) return;
    this.rights.open(currentId);
    // On a phone it is shown with the next frame.
    requestAnimationFrame(() => document.querySelector<HTMLTextAreaElement>('textarea[data-reply]')?.focus());
  }
}
