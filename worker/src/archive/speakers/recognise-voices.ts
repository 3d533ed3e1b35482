import type { Tx } from '@nexus/shared/platform';
import { cosine, type Voice } from '../diarization/join-voices.ts';

/** Cosine from which a voice of another recording is taken for the same person: other rooms and microphones make voices less alike, and a wrong name is worse than none. */
const SAME_PERSON = 0.6;
/** Less than this says too little. */
const LEAST_SECONDS = 5;

/** Whose voices these are, by the prints that the organisation keeps: speaker of the recording to id of the person. One voice, one person. */
export async function recogniseVoices(
  tx: Tx,
  orgId: string,
  model: string,
  voices: readonly Voice[],
): Promise<Map<number, string>> {
  const prints = await tx
    .selectFrom('speaker_voices')
    .select(['speaker_id', 'vector'])
    .where('org_id', '=', orgId)
    .where('model', '=', model)
    .execute();
  const pairs = voices
    .filter(({ seconds }) => seconds >= LEAST_SECONDS)
    .flatMap(({ speaker, vector }) =>
      prints.map((print) => ({ speaker, personId: print.speaker_id, alike: cosine(vector, print.vector) })),
    )
    .filter(({ alike }) => alike >= SAME_PERSON)
    .toSorted((a, b) => b.alike - a.alike);

  const people = new Map<number, string>();
  const taken = new Set<string>();
  for (const { speaker, personId } of pairs) {
    if (people.has(speaker) || taken.has(personId)) continue;
    people.set(speaker, personId);
    taken.add(personId);
  }
  return people;
}
