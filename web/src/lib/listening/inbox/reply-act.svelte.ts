import type { Opportunity } from '@nexus/shared/listening';
import { linkBringsText, replyLink } from '@nexus/shared/listening/reply-link';
import { toast } from 'svelte-sonner';
import { describeFailure } from '#lib/platform/describe-failure.ts';
import type { I18n } from '#lib/platform/i18n.ts';
import { safeAddress } from '../posts/safe-address.ts';
import type { Inbox } from './inbox.svelte.ts';
import type { ReplyDraft } from './reply-draft.svelte.ts';
import type { Triage } from './triage.svelte.ts';

export type Way = 'copied' | 'opened-link';

/** The API takes a check for five minutes; a little less, so that it still does on arrival. */
const CHECK_HOLDS_MS = 4 * 60_000;

interface Parts {
  readonly inbox: Inbox;
  readonly triage: Triage;
  readonly draft: ReplyDraft;
  readonly i18n: I18n;
  readonly opportunity: () => Opportunity;
  /** For when the browser does not let a text be copied. */
  readonly selectText: () => void;
}

/** How a reply leaves: saved, the post looked for, copied or opened, and written down. */
export class ReplyAct {
  isChecking = $state(false);
  isBusy = $state(false);
  /** What was about to be done when the post turned out to be gone. */
  halted = $state<Way | null>(null);
  #check: Promise<Opportunity> | null = null;

  constructor(private readonly parts: Parts) {}

  /** Asked when somebody begins to write, so that it is known when they are done. */
  check = async (): Promise<Opportunity> => {
    const opportunity = this.parts.opportunity();
    const at = opportunity.postCheckedAt;
    if (at !== null && Date.now() - Date.parse(at) < CHECK_HOLDS_MS) return opportunity;
    this.isChecking = true;
    try {
      return await (this.#check ??= this.parts.inbox.check(opportunity.id));
    } finally {
      this.#check = null;
      this.isChecking = false;
    }
  };

  async leave(how: Way, anyway = false): Promise<void> {
    const { inbox, triage, draft, opportunity } = this.parts;
    const { id, post } = opportunity();
    const { text } = draft;
    this.isBusy = true;
    this.halted = null;
    await this.attempt(async () => {
      await draft.save();
      const seen = anyway ? null : await this.check();
      if (seen?.postState === 'gone') {
        this.halted = how;
        return;
      }
      if (how === 'copied' || !linkBringsText(post.network)) await this.#copy(text);
      if (how === 'opened-link') this.#open(replyLink(post, text));
      // A network that did not answer in time is no obstacle, and no check either.
      await inbox.act(id, { how, text, anyway: anyway || seen?.postState === 'unknown' });
      triage.tellActed(id);
    });
    this.isBusy = false;
  }

  async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toast.error(describeFailure(error, this.parts.i18n));
    }
  }

  async #copy(text: string): Promise<void> {
    const { t } = this.parts.i18n;
    try {
      await navigator.clipboard.writeText(text);
      toast(t('listening.inbox.copied'));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.parts.selectText();
      toast.error(t('listening.inbox.copyRefused'));
    }
  }

  #open(link: string): void {
    const { t } = this.parts.i18n;
    const opened = safeAddress(link) && window.open(link, '_blank');
    if (opened) opened.opener = null;
    else
      toast(t('listening.inbox.popupBlocked'), {
        action: { label: t('listening.post.open'), onClick: () => this.#open(link) },
      });
  }
}
