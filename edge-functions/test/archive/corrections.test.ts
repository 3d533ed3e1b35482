import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => void (api = await runningApi()));
afterAll(() => api.close());

interface Cue {
  text: string;
  at: number | null;
  speaker?: string;
}

const TALK: Cue[] = [
  { text: 'Welcome to the harbor of necks us.', at: 0, speaker: 'SPEAKER_00' },
  { text: 'Today we talk about bees.', at: 4, speaker: 'SPEAKER_01' },
  { text: 'Thanks for watching!', at: 8 },
];

/** A further version of an item's words, as the worker stores it. */
async function addTranscript(orgId: string, itemId: string, version: number, cues: readonly Cue[]): Promise<string> {
  const { id } = await api.kysely
    .insertInto('transcripts')
    .values({ org_id: orgId, item_id: itemId, version, origin: 'transcriber' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await api.kysely
    .insertInto('segments')
    .values(
      cues.map(({ text, at, speaker }, position) => ({
        transcript_id: id,
        org_id: orgId,
        item_id: itemId,
        position,
        text,
        speaker: speaker ?? null,
        start_seconds: at,
        end_seconds: at === null ? null : at + 3.5,
      })),
    )
    .execute();
  return id;
}

async function talk(cues = TALK) {
  const owner = await api.founder();
  const { id } = await api.kysely
    .insertInto('items')
    .values({ org_id: owner.orgId, source: 'file', kind: 'audio', title: 'Talk', status: 'ready' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const transcriptId = await addTranscript(owner.orgId, id, 1, cues);
  return { owner, id, transcriptId, path: `/media/${id}` };
}

const correct = (path: string, { token }: Person, position: number, body: object) =>
  api.call(`${path}/segments/${position}/correction`, { method: 'PUT', token, body });

const textsOf = async (path: string, { token }: Person, query = ''): Promise<string[]> =>
  (await api.call(`${path}/segments${query}`, { token })).body.segments.map(({ text }: { text: string }) => text);

test('a corrected line is what everybody reads, and the machine’s version stays', async () => {
  const { owner, transcriptId, path } = await talk();

  const { status, body } = await correct(path, owner, 0, {
    transcriptId,
    basedOn: null,
    text: ' Welcome to the harbour of Nexus. ',
  });

  expect(status).toBe(200);
  expect(body.segment).toMatchObject({
    position: 0,
    text: 'Welcome to the harbour of Nexus.',
    correctionId: body.correction.id,
  });
  expect((await textsOf(path, owner))[0]).toBe('Welcome to the harbour of Nexus.');
  expect(await textsOf(path, owner, '?version=machine')).toEqual(TALK.map(({ text }) => text));
  expect(await textsOf(path, owner, '?version=1')).toEqual(TALK.map(({ text }) => text));
  expect((await api.call(`${path}/segments?version=2`, { token: owner.token })).status).toBe(404);
});

test('of two who edit one line at once the second gets a conflict that shows what the first wrote', async () => {
  const { owner, transcriptId, path } = await talk();
  const colleague = await api.joiner(owner.orgId, 'member');
  const first = await correct(path, owner, 1, { transcriptId, basedOn: null, text: 'Today we talk about beans.' });

  const second = await correct(path, colleague, 1, { transcriptId, basedOn: null, text: 'Today we talk about beads.' });
  const again = await correct(path, colleague, 1, {
    transcriptId,
    basedOn: first.body.correction.id,
    text: 'Today we talk about beads.',
  });

  expect(second.status).toBe(409);
  expect(second.body.detail).toContain('Today we talk about beans.');
  expect(again.status).toBe(200);
  const { body } = await api.call(`${path}/corrections`, { token: owner.token });
  expect(
    body.corrections.map(({ createdByEmail, originalText, text }: Record<string, string>) => [
      createdByEmail,
      originalText,
      text,
    ]),
  ).toEqual([
    [colleague.email, 'Today we talk about beans.', 'Today we talk about beads.'],
    [owner.email, 'Today we talk about bees.', 'Today we talk about beans.'],
  ]);
});

test('taken back, the line says what it said before; put back, what it said then', async () => {
  const { owner, transcriptId, path } = await talk();
  const { token } = owner;
  const { body } = await correct(path, owner, 1, { transcriptId, basedOn: null, text: 'Changed.' });
  const correction = `${path}/corrections/${body.correction.id}`;

  const undone = await api.call(correction, { method: 'DELETE', token });
  const undoneTwice = await api.call(correction, { method: 'DELETE', token });
  const redone = await api.call(`${correction}/restore`, { method: 'POST', token });

  expect(undone.body).toMatchObject({
    correction: { state: 'removed' },
    segment: { text: TALK[1]!.text, correctionId: null },
  });
  expect(undoneTwice.status).toBe(409);
  expect(redone.body).toMatchObject({ correction: { state: 'applied' }, segment: { text: 'Changed.' } });
});

test('a line taken out is gone from every page, and pages stay full', async () => {
  const { owner, transcriptId, path } = await talk(
    Array.from({ length: 9 }, (_, at) => ({ text: `Line ${at}.`, at: at * 4 })),
  );
  for (const position of [1, 2, 3]) await correct(path, owner, position, { transcriptId, basedOn: null, text: '' });

  const first = await api.call(`${path}/segments?limit=3`, { token: owner.token });
  const rest = await textsOf(path, owner, `?limit=9&cursor=${first.body.nextCursor}`);
  const late = await correct(path, owner, 2, { transcriptId, basedOn: null, text: 'Too late.' });

  expect([...first.body.segments.map(({ text }: Cue) => text), ...rest]).toEqual(
    [0, 4, 5, 6, 7, 8].map((at) => `Line ${at}.`),
  );
  expect(late.status).toBe(409);
});

test('a speaker is chosen by label and shown by name', async () => {
  const { owner, id, transcriptId, path } = await talk();
  await api.kysely
    .insertInto('item_speakers')
    .values({ org_id: owner.orgId, item_id: id, label: 'SPEAKER_01', name: 'Ada' })
    .execute();

  const { body } = await correct(path, owner, 0, { transcriptId, basedOn: null, speaker: 'SPEAKER_01' });

  expect(body.segment).toMatchObject({ speaker: 'Ada', speakerLabel: 'SPEAKER_01', text: TALK[0]!.text });
});

test('a new transcript keeps what still fits, names what does not, and that is applied by hand or dropped', async () => {
  const { owner, id, transcriptId, path } = await talk();
  const { token } = owner;
  await correct(path, owner, 0, { transcriptId, basedOn: null, text: 'Welcome to the harbour of Nexus.' });
  const bees = await correct(path, owner, 1, { transcriptId, basedOn: null, text: 'Today we talk about wasps.' });
  await correct(path, owner, 2, { transcriptId, basedOn: null, text: '' });
  const next = await addTranscript(owner.orgId, id, 2, [
    { text: 'Welcome to the harbor', at: 0.2 },
    { text: 'of next us. Completely different remarks follow.', at: 2 },
    { text: 'Nothing else anyone recognises.', at: 6 },
  ]);

  expect((await textsOf(path, owner)).slice(0, 2)).toEqual([
    'Welcome to the harbour',
    'of Nexus. Completely different remarks follow.',
  ]);
  const { body } = await api.call(`${path}/corrections?state=unfitted`, { token });
  expect(body.corrections).toMatchObject([
    { id: bees.body.correction.id, state: 'unfitted', text: 'Today we talk about wasps.' },
  ]);

  const stale = await correct(path, owner, 2, { transcriptId, basedOn: null, text: 'x' });
  expect(stale.status).toBe(409);
  const byHand = await correct(path, owner, 2, {
    transcriptId: next,
    basedOn: null,
    text: 'Today we talk about wasps.',
    insteadOf: bees.body.correction.id,
  });
  expect(byHand.status).toBe(200);
  expect((await api.call(`${path}/corrections?state=unfitted`, { token })).body.corrections).toEqual([]);
  expect((await textsOf(path, owner))[2]).toBe('Today we talk about wasps.');
  const versions = (await api.call(`${path}/transcripts`, { token })).body.transcripts;
  expect(versions.map(({ version, segmentCount }: Record<string, number>) => [version, segmentCount])).toEqual([
    [2, 3],
    [1, 3],
  ]);
});

test('corrections tell open pages, and queue the index once', async () => {
  const { owner, id, transcriptId, path } = await talk();

  await correct(path, owner, 0, { transcriptId, basedOn: null, text: 'One.' });
  await correct(path, owner, 1, { transcriptId, basedOn: null, text: 'Two.' });

  const { rows: events } = await sql<{ payload: object }>`
    select payload from realtime.messages
    where event = 'segments.changed' and topic = ${`org:${owner.orgId}:archive`} order by payload->>'position'`.execute(
    api.kysely,
  );
  const { rows: jobs } = await sql<{ name: string }>`
    select name from pgboss.job where name = 'archive.reindex-item' and data->>'itemId' = ${id}`.execute(api.kysely);
  expect(events).toMatchObject([{ payload: { itemId: id, position: 0 } }, { payload: { itemId: id, position: 1 } }]);
  expect(jobs).toHaveLength(1);
});

test('a viewer reads corrections and makes none; another organisation sees nothing', async () => {
  const { owner, transcriptId, path } = await talk();
  const viewer = await api.joiner(owner.orgId, 'viewer');
  const stranger = await api.founder();

  const byViewer = await correct(path, viewer, 0, { transcriptId, basedOn: null, text: 'x' });
  const byStranger = await correct(path, stranger, 0, { transcriptId, basedOn: null, text: 'x' });

  expect([byViewer.status, byStranger.status]).toEqual([403, 404]);
  expect((await api.call(`${path}/corrections`, { token: viewer.token })).status).toBe(200);
  expect((await api.call(`${path}/corrections`, { token: stranger.token })).status).toBe(404);
});

test('nonsense is refused with the field that is wrong', async () => {
  const { owner, transcriptId, path } = await talk();

  const empty = await correct(path, owner, 0, { transcriptId, basedOn: null });
  const nowhere = await correct(path, owner, 99, { transcriptId, basedOn: null, text: 'x' });
  const foreign = await api.call(`${path}/corrections/${crypto.randomUUID()}`, {
    method: 'DELETE',
    token: owner.token,
  });

  expect([empty.status, nowhere.status, foreign.status]).toEqual([422, 404, 404]);
});
