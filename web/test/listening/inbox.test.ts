import { expect, test } from 'bun:test';
import type { Opportunity, OpportunityChange, OpportunityCounts } from '@nexus/shared/listening';
import { readInboxFilter } from '../../src/lib/listening/inbox/inbox-filter.ts';
import type { NexusApp } from '../../src/lib/platform/app.svelte.ts';
import '../compile-runes.ts';

const { Inbox } = await import('../../src/lib/listening/inbox/inbox.svelte.ts');
const { ReplyDraft } = await import('../../src/lib/listening/inbox/reply-draft.svelte.ts');

const FILTER = readInboxFilter(new URLSearchParams());
const COUNTS: OpportunityCounts = { new: 3, drafted: 0, waiting: 0, done: 0, dismissed: 0, snoozed: 0 };

/** An API that remembers what it was told, as far as the inbox asks it. */
function running(...ids: string[]) {
  const all = new Map(ids.map((id) => [id, { id, state: 'new', draft: null } as unknown as Opportunity]));
  const patch = async (path: string, change: OpportunityChange) => {
    const id = path.split('/').at(-1)!;
    const state = change.state ?? (change.draft ? 'drafted' : 'new');
    const changed = { ...all.get(id)!, ...change, state } as Opportunity;
    all.set(id, changed);
    return changed;
  };
  const get = async (path: string) => {
    const opportunities = [...all.values()].filter(({ state }) => state === 'new');
    if (path.startsWith('/opportunities/counts')) return COUNTS;
    return path.startsWith('/opportunities?') ? { opportunities, nextCursor: null } : all.get(path.split('/').at(-1)!);
  };
  const inbox = new Inbox({ api: { patch, get } } as unknown as NexusApp);
  inbox.show({ opportunities: [...all.values()], nextCursor: null }, COUNTS, FILTER, null);
  return inbox;
}

const idsOf = (inbox: InstanceType<typeof Inbox>) => inbox.rows.map(({ id }) => id);

test('what is done leaves the list, and the next one is current; after the last one the one before it', async () => {
  const inbox = running('a', 'b', 'c');
  inbox.move(1);

  await inbox.change('b', { state: 'done' });
  expect([idsOf(inbox), inbox.currentId]).toEqual([['a', 'c'], 'c']);
  await inbox.change('c', { state: 'done' });
  expect(inbox.currentId).toBe('a');
  await inbox.change('a', { state: 'done' });
  expect([idsOf(inbox), inbox.currentId]).toEqual([[], null]);
});

test('one whose draft is being written stays where it is until it is left, also when the list is loaded anew', async () => {
  const inbox = running('a', 'b', 'c');
  inbox.open('b');

  await inbox.change('b', { draft: 'It does' });
  await inbox.reload();
  expect(idsOf(inbox)).toEqual(['a', 'b', 'c']);
  inbox.open('c');

  expect(idsOf(inbox)).toEqual(['a', 'c']);
});

test('a draft keeps what is written while it is saved, and takes over what others wrote afterwards', async () => {
  const inbox = running('a');
  const draft = new ReplyDraft(inbox, 'a', 'Hello');

  draft.write('Hello you');
  draft.adopt({ draft: 'Somebody else' });
  expect([draft.text, draft.state]).toEqual(['Hello you', 'unsaved']);
  await draft.save();
  expect(draft.state).toBe('saved');
  draft.isWriting = true;
  draft.adopt({ draft: 'Hello' });
  expect(draft.text).toBe('Hello you');
  draft.isWriting = false;
  draft.adopt({ draft: 'Somebody else' });

  expect(draft.text).toBe('Somebody else');
});
