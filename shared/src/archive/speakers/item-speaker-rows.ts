import type { Tx } from '../../platform/index.ts';
import { NexusError } from '../../platform/index.ts';
import type { PlacedSegment } from '../corrections-contracts.ts';
import { newestSegments } from '../newest-segments.ts';
import { type ItemSpeaker, SPEAKER_COLOURS } from './contracts.ts';

const LONGEST_SAMPLE_SECONDS = 10;

interface LabelRow {
  label: string;
  shown: string;
  speakerId: string | null;
  colour: number | null;
  recognised: boolean;
}

/** Who speaks in an item, in the order in which they are first heard. Documents and recordings without voices have none. */
export async function readItemSpeakers(tx: Tx, itemId: string): Promise<ItemSpeaker[]> {
  const segments = await newestSegments(tx, itemId);
  const heard = Map.groupBy(
    segments.filter((segment) => segment.kind === 'speech' && segment.speaker !== null),
    ({ speaker }) => speaker!,
  );
  const labels = Map.groupBy(await labelRows(tx, itemId), ({ shown }) => shown);

  const taken = new Set<number>();
  return [...heard].map(([name, said]) => {
    const rows = labels.get(name) ?? [];
    const person = rows.find(({ speakerId }) => speakerId !== null);
    const colour = freeColour(taken, person?.colour ?? taken.size % SPEAKER_COLOURS);
    taken.add(colour);
    return {
      // A name that only a correction gave is its own label.
      label: rows[0]?.label ?? name,
      labels: rows.length > 0 ? rows.map(({ label }) => label) : [name],
      name,
      speakerId: person?.speakerId ?? null,
      colour,
      seconds: said.reduce((sum, segment) => sum + secondsOf(segment), 0),
      recognised: rows.some(({ recognised }) => recognised),
      sample: sampleOf(said),
    };
  });
}

/** The speaker with this label. Throws `not-found`. */
export async function findItemSpeaker(tx: Tx, itemId: string, label: string): Promise<ItemSpeaker> {
  const speaker = (await readItemSpeakers(tx, itemId)).find(({ labels }) => labels.includes(label));
  if (!speaker) throw new NexusError('not-found', 'There is no such speaker in this item. It may have been renamed.');
  return speaker;
}

/** Says who the labels are. Rows come with the transcript; items older than this have none yet. */
export async function linkLabels(
  tx: Tx,
  item: { id: string; org_id: string },
  labels: readonly string[],
  link: { speaker_id: string | null; name: string | null },
): Promise<void> {
  await tx
    .insertInto('item_speakers')
    .values(labels.map((label) => ({ item_id: item.id, org_id: item.org_id, label, ...link })))
    .onConflict((conflict) => conflict.columns(['item_id', 'label']).doUpdateSet({ ...link, recognised: false }))
    .execute();
}

/** Labels of the newest transcript with what is shown for each, in the order of the transcript. */
async function labelRows(tx: Tx, itemId: string): Promise<LabelRow[]> {
  const rows = await tx
    .selectFrom('segments as g')
    .leftJoin('item_speakers as i', (join) =>
      join.onRef('i.item_id', '=', 'g.item_id').onRef('i.label', '=', 'g.speaker'),
    )
    .leftJoin('speakers as s', 's.id', 'i.speaker_id')
    .select(['g.speaker as label', 's.name as personName', 'i.name', 'i.speaker_id', 's.colour', 'i.recognised'])
    .select((eb) => eb.fn.min('g.position').as('position'))
    .where('g.transcript_id', '=', (eb) =>
      eb.selectFrom('transcripts').select('id').where('item_id', '=', itemId).orderBy('version', 'desc').limit(1),
    )
    .where('g.speaker', 'is not', null)
    .groupBy(['g.speaker', 's.name', 'i.name', 'i.speaker_id', 's.colour', 'i.recognised'])
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    label: row.label!,
    shown: row.personName ?? row.name ?? row.label!,
    speakerId: row.speaker_id,
    colour: row.colour,
    recognised: row.recognised ?? false,
  }));
}

function freeColour(taken: ReadonlySet<number>, wanted: number): number {
  for (let i = 0; i < SPEAKER_COLOURS; i++) {
    const colour = (wanted + i) % SPEAKER_COLOURS;
    if (!taken.has(colour)) return colour;
  }
  return wanted;
}

/** The longest of the first forty: a voice is heard best where it speaks on, and nobody wants to jump to the end of a day. */
function sampleOf(said: readonly PlacedSegment[]): ItemSpeaker['sample'] {
  const longest = said.slice(0, 40).toSorted((a, b) => secondsOf(b) - secondsOf(a))[0];
  if (!longest || longest.startSeconds === null || longest.endSeconds === null) return null;
  const { startSeconds } = longest;
  return { startSeconds, endSeconds: Math.min(longest.endSeconds, startSeconds + LONGEST_SAMPLE_SECONDS) };
}

const secondsOf = ({ startSeconds, endSeconds }: PlacedSegment): number =>
  startSeconds === null || endSeconds === null ? 0 : endSeconds - startSeconds;
