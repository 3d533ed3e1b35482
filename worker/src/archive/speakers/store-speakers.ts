import { type ItemRow, nameSpeakers, type Segment, storableText } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

export interface LabelVoice {
  vector: readonly number[];
  model: string;
  /** The person whose voice this is, as far as voices tell. */
  speakerId: string | null;
}

/** Brings the rows of an item's speakers up to its new transcript. Who was named stays named; who is recognised gets a name. */
export async function storeSpeakers(
  tx: Tx,
  item: Pick<ItemRow, 'id' | 'org_id'>,
  segments: readonly Segment[],
  voices: ReadonlyMap<string, LabelVoice>,
  ports: Pick<WorkerPorts, 'queue'>,
): Promise<void> {
  const seconds = secondsByLabel(segments);
  // A named voice that is not heard any more stays known, at zero seconds: the next transcript may have it again.
  await tx
    .deleteFrom('item_speakers')
    .where('item_id', '=', item.id)
    .where('speaker_id', 'is', null)
    .where('name', 'is', null)
    .execute();
  await tx
    .updateTable('item_speakers')
    .set({ seconds: 0, voice: null, voice_model: null })
    .where('item_id', '=', item.id)
    .execute();
  for (const [label, spoken] of seconds) {
    const voice = voices.get(label);
    await tx
      .insertInto('item_speakers')
      .values({
        item_id: item.id,
        org_id: item.org_id,
        label,
        seconds: spoken,
        speaker_id: voice?.speakerId ?? null,
        recognised: voice?.speakerId != null,
        voice_model: voice?.model ?? null,
        voice: voice ? sql<number[]>`${`{${voice.vector.join(',')}}`}::real[]` : null,
      })
      .onConflict((conflict) =>
        conflict.columns(['item_id', 'label']).doUpdateSet((eb) => ({
          seconds: eb.ref('excluded.seconds'),
          voice: eb.ref('excluded.voice'),
          voice_model: eb.ref('excluded.voice_model'),
        })),
      )
      .execute();
  }
  if (voices.size > 0) await ports.queue.send(nameSpeakers, { orgId: item.org_id, itemId: item.id }, { tx });
}

function secondsByLabel(segments: readonly Segment[]): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { speaker, startSeconds, endSeconds } of segments) {
    if (speaker === null || startSeconds === null || endSeconds === null) continue;
    const label = storableText(speaker);
    seconds.set(label, (seconds.get(label) ?? 0) + endSeconds - startSeconds);
  }
  return seconds;
}
