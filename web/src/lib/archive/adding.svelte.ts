import type { AddedItem, Item, NewItem } from '@nexus/shared/archive';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { Uploads } from './uploads.svelte.ts';

export type AddDialog = 'link' | 'text';

/** The ways into the archive: choosing files, a link, pasted text, the sample. */
export class Adding {
  dialog = $state<AddDialog | null>(null);
  /** Text pasted onto the page, waiting in the dialog. */
  draft = $state('');
  /** The hidden file input, once it is on the page. */
  chooser: HTMLInputElement | undefined;

  constructor(
    private readonly app: NexusApp,
    private readonly uploads: Uploads,
    private readonly onAdded: (item: Item) => void,
  ) {}

  /** From the palette's links and from shares: `?add=file|link|text`, `&draft=…`. A file dialog needs a click, so there the button gets the focus. */
  open(what: string, draft = ''): void {
    if (draft) this.draft = draft;
    if (what === 'link' || what === 'text') this.dialog = what;
    else if (what === 'file') document.querySelector<HTMLElement>('[data-add-menu]')?.focus();
  }

  chooseFiles(): void {
    this.chooser?.click();
  }

  addFiles(files: Iterable<File>): void {
    this.uploads.add([...files]);
  }

  /** Answers with the item that is there already when its link was added before. */
  async send(newItem: NewItem): Promise<AddedItem> {
    const item = await this.app.api.post<AddedItem>('/media/process', newItem);
    this.onAdded(item);
    return item;
  }

  async addSample(): Promise<void> {
    await this.app.api.post('/media/sample');
  }

  async removeSample(): Promise<void> {
    await this.app.api.delete('/media/sample');
  }
}
