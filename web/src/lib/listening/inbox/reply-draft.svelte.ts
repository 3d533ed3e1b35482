import type { Opportunity } from '@nexus/shared/listening';
import type { Inbox } from './inbox.svelte.ts';

/** Long enough that a sentence typed at speed is saved once. */
const SAVE_AFTER_MS = 800;

/** The text of one reply: saved while it is written, and never overwritten by what others see while it is. */
export class ReplyDraft {
  text = $state('');
  state = $state<'saved' | 'unsaved' | 'failed'>('saved');
  /** The field has the focus. */
  isWriting = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly inbox: Inbox,
    private readonly id: string,
    draft: string | null,
  ) {
    this.text = draft ?? '';
  }

  /** Takes what is known over, but never under the hands of who writes here: an answer may be older than what they typed. */
  adopt({ draft }: Pick<Opportunity, 'draft'>): void {
    if (this.state === 'saved' && !this.isWriting) this.text = draft ?? '';
  }

  write(text: string): void {
    this.text = text;
    this.state = 'unsaved';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  /** Saves now what is not saved. Fails as the API does; the text stays. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.state === 'saved') return;
    const { text } = this;
    // One after the other, so that an earlier text never arrives last.
    this.#saving = this.#saving.catch(() => undefined).then(() => this.inbox.change(this.id, { draft: text }));
    try {
      await this.#saving;
      if (this.text === text) this.state = 'saved';
    } catch (error) {
      this.state = 'failed';
      throw error;
    }
  }
}
