import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import {
  changeSpeechSettings,
  createItem,
  deleteSpeaker,
  exportTranscript,
  forgetVoices,
  type Item,
  listItemSpeakers,
  listSegments,
  listSpeakers,
  listSpokenItems,
  listTranscriptRuns,
  mergeItemSpeakers,
  mergeSpeakers,
  renameItemSpeaker,
  renameSpeaker,
  retryItem,
  unlinkItemSpeaker,
} from '@nexus/shared/archive';
import { searchPassages } from '@nexus/shared/assistant';
import { createCredential, deleteCredential } from '@nexus/shared/platform';
import { modelPath } from '../../src/archive/transcribers/models.ts';
import { openaiAudioLoopback } from '../loopback/openai-audio.ts';
import {
  HIGH_VOICE,
  LOW_VOICE,
  makeSegmentationModel,
  makeVoiceModel,
  tones,
} from '../recordings/make-diarization-models.ts';
import { makeSpokenRecording } from '../recordings/make-spoken-recording.ts';
import { writeWav } from '../recordings/wav.ts';
import { testWorker } from '../running/test-worker.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;

beforeAll(async () => {
  nexus = await testWorker();
}, 60_000);
afterAll(() => nexus.stop());

const speakersOf = async (itemId: string) =>
  (await listItemSpeakers(nexus.ctx, { itemId })).map(({ name, seconds }) => `${name} ${Math.round(seconds)}`);

/** The job that follows a change of names has run. */
async function settled(itemId: string): Promise<void> {
  for (;;) {
    const { rows } = await nexus.database.query<{ open: boolean }>(
      `select exists (select 1 from pgboss.job where name = 'archive.name-speakers' and data ->> 'itemId' = $1
         and state in ('created', 'retry', 'active')) as open`,
      [itemId],
    );
    if (!rows[0]!.open) return;
    await new Promise((wake) => setTimeout(wake, 25));
  }
}

const CUES = [
  ['Speaker 1', 'Shall we begin with the budget?'],
  ['Speaker 2', 'The harbour needs a new crane before winter.'],
  ['Speaker 3', 'And who pays for that?'],
  ['Speaker 2', 'The lighthouse fund does.'],
] as const;

async function addConversation(): Promise<Item> {
  const stamp = (seconds: number) => `00:00:${String(seconds).padStart(2, '0')}.000`;
  const text = CUES.map(([who, said], i) => `${stamp(i * 5)} --> ${stamp(i * 5 + 5)}\n<v ${who}>${said}`).join('\n\n');
  // Another each time, or it would be known as a duplicate.
  const path = await nexus.upload('talk.vtt', `WEBVTT\n\nNOTE ${crypto.randomUUID()}\n\n${text}\n`);
  const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.vtt' });
  return nexus.rested(id);
}

describe('naming speakers', () => {
  test('a name shows in the transcript, in search and in exports, and makes a person', async () => {
    const { id: itemId } = await addConversation();
    const before = await listItemSpeakers(nexus.ctx, { itemId });

    await renameItemSpeaker(nexus.ctx, { itemId, label: 'Speaker 2', name: 'Ann Lee' });
    await settled(itemId);

    expect(before.map(({ name, seconds, colour }) => [name, seconds, colour])).toEqual([
      ['Speaker 1', 5, 0],
      ['Speaker 2', 10, 1],
      ['Speaker 3', 5, 2],
    ]);
    const { segments } = await listSegments(nexus.ctx, { itemId });
    expect(segments.map(({ speaker }) => speaker)).toEqual(['Speaker 1', 'Ann Lee', 'Speaker 3', 'Ann Lee']);
    expect((await exportTranscript(nexus.ctx, { itemId, format: 'vtt' })).content).toContain('<v Ann Lee>');
    const { speakers } = await listSpeakers(nexus.ctx, { limit: 50 });
    expect(speakers).toMatchObject([{ name: 'Ann Lee', itemCount: 1, seconds: 10 }]);
    expect(await listSpokenItems(nexus.ctx, { speakerId: speakers[0]!.id })).toMatchObject([
      { id: itemId, seconds: 10 },
    ]);
  });

  test('merged voices are one speaker, and parted again each is itself', async () => {
    const { id: itemId } = await addConversation();

    await mergeItemSpeakers(nexus.ctx, { itemId, label: 'Speaker 3', into: 'Speaker 1' });
    const merged = await speakersOf(itemId);
    await renameItemSpeaker(nexus.ctx, { itemId, label: 'Speaker 3', name: 'Ben' });
    const named = await speakersOf(itemId);
    await unlinkItemSpeaker(nexus.ctx, { itemId, label: 'Speaker 1' });

    expect(merged).toEqual(['Speaker 1 10', 'Speaker 2 10']);
    expect(named).toEqual(['Ben 10', 'Speaker 2 10']);
    expect(await speakersOf(itemId)).toEqual(['Speaker 1 5', 'Speaker 2 10', 'Speaker 3 5']);
    await expect(renameItemSpeaker(nexus.ctx, { itemId, label: 'Nobody', name: 'Ben' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('people are renamed, merged and forgotten over all items, and passages follow', async () => {
    const [one, two] = [await addConversation(), await addConversation()];
    for (const { id: itemId } of [one, two])
      for (const label of ['Speaker 1', 'Speaker 2', 'Speaker 3'])
        await renameItemSpeaker(nexus.ctx, { itemId, label, name: 'cleo' });
    const person = async (name: string) =>
      (await listSpeakers(nexus.ctx, { q: name, limit: 50 })).speakers.find((each) => each.name === name)!;
    const { id: cleo } = await person('cleo');

    await renameSpeaker(nexus.ctx, { speakerId: cleo, name: 'Cleo' });
    await settled(two.id);
    const found = await searchPassages(nexus.ctx, { query: 'crane', speakers: ['Cleo'] });
    await expect(renameSpeaker(nexus.ctx, { speakerId: cleo, name: 'ANN LEE' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await renameItemSpeaker(nexus.ctx, { itemId: one.id, label: 'Speaker 1', name: 'Dora' });
    const merged = await mergeSpeakers(nexus.ctx, { speakerId: cleo, intoId: (await person('Dora')).id });
    await deleteSpeaker(nexus.ctx, { speakerId: merged.id });

    expect(found.passages.map(({ itemId }) => itemId).toSorted()).toEqual([one.id, two.id].toSorted());
    expect(merged).toMatchObject({ name: 'Dora', itemCount: 2, seconds: 40 });
    expect(await speakersOf(one.id)).toEqual(['Speaker 1 5', 'Speaker 2 10', 'Speaker 3 5']);
  });
});

/** Nobody is named in them: who speaks is for the sound to say. */
const WORDS =
  '1\n00:00:00,000 --> 00:00:06,000\nThe tide is low.\n\n2\n00:00:08,000 --> 00:00:14,000\nThe wind is high.\n';

describe('hearing speakers', () => {
  test('on this machine: voices are told apart, keep their names when heard anew, and are known again', async () => {
    const models = nexus.ports.modelsDirectory;
    await Bun.write(modelPath(models, 'speaker-changes'), makeSegmentationModel());
    await Bun.write(modelPath(models, 'speaker-voices'), makeVoiceModel());
    await changeSpeechSettings(nexus.ctx, { recognisesVoices: true });
    const add = async (name: string, ...turns: [number, number][]) => {
      const path = await nexus.upload(`${name}.wav`, writeWav(tones(...turns)));
      const subtitlePath = await nexus.upload(`${name}.srt`, WORDS);
      const { id } = await createItem(nexus.ctx, { source: 'file', path, name: `${name}.wav`, subtitlePath });
      return nexus.rested(id);
    };

    const first = await add('first', [LOW_VOICE, 7], [HIGH_VOICE, 7]);
    await renameItemSpeaker(nexus.ctx, { itemId: first.id, label: 'Speaker 1', name: 'Low' });
    await settled(first.id);
    await retryItem(nexus.ctx, { itemId: first.id, fromStep: 'transcribe' });
    const again = await nexus.rested(first.id);
    const second = await add('second', [HIGH_VOICE, 6], [LOW_VOICE, 8]);

    expect([first.problem, again.problem, second.problem]).toEqual([null, null, null]);
    expect((await listItemSpeakers(nexus.ctx, { itemId: first.id })).map(({ name }) => name)).toEqual([
      'Low',
      'Speaker 2',
    ]);
    expect(await listItemSpeakers(nexus.ctx, { itemId: second.id })).toMatchObject([
      { name: 'Speaker 1', recognised: false },
      { name: 'Low', recognised: true },
    ]);
    expect(await forgetVoices(nexus.ctx, {})).toBe(1);
    const { rows } = await nexus.database.query('select 1 from item_speakers where voice is not null');
    expect(rows).toEqual([]);
  }, 120_000);

  test('by the provider: each try is kept with what it cost, the one that was down too', async () => {
    const talk = await makeSpokenRecording(
      [
        { text: 'Good morning to everybody in the harbour.', voice: 'slt', pauseSeconds: 1.2 },
        { text: 'Good morning.', voice: 'rms', pauseSeconds: 1.2 },
      ],
      join(nexus.home),
    );
    await using down = openaiAudioLoopback(talk.cues);
    await using server = openaiAudioLoopback(talk.cues);
    down.failures.push('overload');
    const connections = [];
    for (const [label, { baseUrl, apiKey }] of [
      ['Down', down],
      ['Ears', server],
    ] as const) {
      const settings = { baseUrl, model: 'gpt-4o-transcribe-diarize', pricePerMinuteUsd: 0.6 };
      connections.push(
        await createCredential(nexus.ctx, {
          kind: 'transcriber',
          adapter: 'openai-compatible',
          label,
          settings,
          secret: { apiKey },
        }),
      );
    }

    const path = await nexus.upload('talk.wav', await Bun.file(talk.wavPath).bytes());
    const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.wav' });
    const item = await nexus.rested(id);
    for (const connection of connections) await deleteCredential(nexus.ctx, { id: connection.id });

    expect([item.status, item.problem]).toEqual(['ready', null]);
    expect((await listItemSpeakers(nexus.ctx, { itemId: id })).map(({ name }) => name)).toEqual([
      'Speaker 1',
      'Speaker 2',
    ]);
    const [done, failed] = await listTranscriptRuns(nexus.ctx, { itemId: id });
    expect(done).toMatchObject({ label: 'Ears', outcome: 'done', model: 'gpt-4o-transcribe-diarize', problem: null });
    expect(done!.costUsd).toBeCloseTo((done!.soundSeconds / 60) * 0.6, 4);
    expect(failed).toMatchObject({
      label: 'Down',
      outcome: 'passed-over',
      problem: { code: 'upstream-down' },
      costUsd: null,
    });
  }, 120_000);
});
