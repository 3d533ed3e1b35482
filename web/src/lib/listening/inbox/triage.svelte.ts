import type { OpportunityChange } from '@nexus/shared/listening';
import { toast } from 'svelte-sonner';
import { describeFailure } from '#lib/platform/describe-failure.ts';
import type { I18n } from '#lib/platform/i18n.ts';
import type { Inbox } from './inbox.svelte.ts';

type Closing = Required<Pick<OpportunityChange, 'state'>> & OpportunityChange;

/** As long as there is time to read the notice and reach its button. */
const UNDO_MS = 8000;

/** What one key or click does to the current opportunity, or to those that are selected; each act can be taken back. */
export class Triage {
  /** Which question is open. */
  asking = $state<'snooze' | 'dismiss' | null>(null);
  #last: readonly string[] = [];

  constructor(
    private readonly inbox: Inbox,
    private readonly i18n: I18n,
  ) {}

  /** The selected ones, else the current one. */
  get ids(): readonly string[] {
    if (this.inbox.selected.size > 0) return [...this.inbox.selected];
    return this.inbox.currentId ? [this.inbox.currentId] : [];
  }

  async close(change: Closing): Promise<void> {
    const { ids } = this;
    this.asking = null;
    if (ids.length === 0) return;
    await this.#attempt(async () => {
      if (ids.length === 1) await this.inbox.change(ids[0]!, change);
      else await this.#changeMany(ids, change);
      this.#offerUndo(ids, change.state);
    });
  }

  /** A draft that left is waiting; that too can be taken back. */
  tellActed(id: string): void {
    this.#offerUndo([id], 'waiting');
  }

  async undo(ids: readonly string[] = this.#last): Promise<void> {
    if (ids.length === 0) return;
    this.#last = [];
    await this.#attempt(async () => {
      const { done, refused } = await this.inbox.changeMany({ action: 'restore', ids: [...ids] });
      if (done.length > 0) toast(this.i18n.t('listening.inbox.undone'));
      if (refused[0]) toast.error(refused[0].detail);
      if (done.length === 1) this.inbox.open(done[0]!);
    });
  }

  async assign(id: string, assigneeId: string | null): Promise<void> {
    await this.#attempt(() => this.inbox.change(id, { assigneeId }));
  }

  async rate(id: string, thumb: 1 | -1 | null): Promise<void> {
    await this.#attempt(() => this.inbox.rate(id, thumb));
  }

  async #changeMany(ids: readonly string[], change: Closing): Promise<void> {
    const { refused } = await this.inbox.changeMany({ action: 'change', ids: [...ids], change });
    if (!refused[0]) return;
    toast.error(this.i18n.t('listening.inbox.refused', { count: refused.length, reason: refused[0].detail }));
  }

  #offerUndo(ids: readonly string[], state: Closing['state']): void {
    this.#last = ids;
    const { t } = this.i18n;
    toast(t(`listening.inbox.told.${state}`, { count: ids.length }), {
      duration: UNDO_MS,
      action: { label: t('action.undo'), onClick: () => void this.undo(ids) },
    });
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toast.error(describeFailure(error, this.i18n));
    }
  }
}
