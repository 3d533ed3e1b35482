import type { HeardTurn, HeardVoice } from './sherpa-messages.ts';

/** Someone speaking, numbered from 0 over the whole recording in the order of being heard. */
export type Turn = HeardTurn;

/** A voice of the recording; the vector has length 1, or none when there was too little of it. */
export interface Voice {
  speaker: number;
  seconds: number;
  vector: number[];
}

export interface HeardPart {
  turns: readonly HeardTurn[];
  voices: readonly HeardVoice[];
}

/** Cosine from which two voices of different parts of one recording are the same. The engine uses the same within a part. */
const SAME_VOICE = 0.5;

interface Cluster {
  parts: Set<number>;
  members: string[];
  seconds: number;
  vector: number[];
}

/**
 * Numbers the voices of parts that were heard one by one over the whole recording: the two that are most alike are one, again and
 * again, while they are alike enough. Voices of one part stay apart: the engine has told them so.
 */
export function joinVoices(parts: readonly HeardPart[]): { turns: Turn[]; voices: Voice[] } {
  const clusters = parts.flatMap(({ voices }, part) =>
    voices.map(({ speaker, seconds, vector }): Cluster => ({
      parts: new Set([part]),
      members: [`${part}/${speaker}`],
      seconds,
      vector: unit(vector),
    })),
  );
  for (let pair = mostAlike(clusters); pair; pair = mostAlike(clusters)) {
    const [into, from] = pair;
    clusters.splice(clusters.indexOf(from), 1);
    for (const part of from.parts) into.parts.add(part);
    into.members.push(...from.members);
    into.vector = unit(into.vector.map((value, i) => value * into.seconds + from.vector[i]! * from.seconds));
    into.seconds += from.seconds;
  }

  const clusterOf = new Map(clusters.flatMap((cluster) => cluster.members.map((member) => [member, cluster] as const)));
  const numbers = new Map<Cluster, number>();
  const turns = parts
    .flatMap(({ turns: heard }, part) => heard.map((turn) => ({ ...turn, member: `${part}/${turn.speaker}` })))
    .toSorted((a, b) => a.startSeconds - b.startSeconds)
    .flatMap(({ member, ...turn }): Turn[] => {
      const cluster = clusterOf.get(member);
      if (!cluster) return [];
      if (!numbers.has(cluster)) numbers.set(cluster, numbers.size);
      return [{ ...turn, speaker: numbers.get(cluster)! }];
    });
  const voices = [...numbers].map(([{ seconds, vector }, speaker]) => ({ speaker, seconds, vector }));
  return { turns, voices };
}

function mostAlike(clusters: readonly Cluster[]): [Cluster, Cluster] | null {
  let best: [Cluster, Cluster] | null = null;
  let highest = SAME_VOICE;
  clusters.forEach((a, i) => {
    for (const b of clusters.slice(i + 1)) {
      const alike = a.parts.isDisjointFrom(b.parts) ? cosine(a.vector, b.vector) : -1;
      if (alike < highest) continue;
      highest = alike;
      best = [a, b];
    }
  });
  return best;
}

/** Of two vectors of length 1; −1 when one is missing or they are from different models. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || a.length !== b.length) return -1;
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : [];
}
