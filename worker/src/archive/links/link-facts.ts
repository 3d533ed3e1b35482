import { cutText, type ItemRow, oneLine, storableText } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import { instantOf } from '../documents/dates.ts';
import { renameUnlessGiven } from '../rename-unless-given.ts';
import type { PageFacts } from './page-facts.ts';
import { isOfKnownSite, type RecordingPage } from './recording-page.ts';

const MOST_CHAPTERS = 1000;
const MOST_DESCRIPTION = 20_000;

/** What a link brings besides its file. */
export interface LinkFacts {
  title: string | null;
  author: string | null;
  publishedAt: string | null;
  description: string | null;
  chapters: { title: string; startSeconds: number; endSeconds: number }[];
  /** In the store. */
  subtitlePath: string | null;
}

/** From yt-dlp where it knows the site. Of any other page it tells little, so the page's own words come first. */
export function factsOf(recording: RecordingPage, page: PageFacts | null): Omit<LinkFacts, 'subtitlePath'> {
  const own = isOfKnownSite(recording) ? null : page;
  const seconds = recording.release_timestamp ?? recording.timestamp;
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(recording.upload_date ?? '');
  const said = recording.channel ?? recording.uploader ?? recording.creator ?? recording.artist;
  const isHostName = !isOfKnownSite(recording) && (said ?? '').includes('.') && !(said ?? '').includes(' ');
  return {
    title: line(own?.title ?? recording.title),
    author: line(own?.author ?? (isHostName ? null : said) ?? page?.author),
    publishedAt:
      instantOf(own?.publishedAt) ??
      (seconds ? instantOf(new Date(seconds * 1000).toString()) : null) ??
      (day ? instantOf(`${day[1]}-${day[2]}-${day[3]}`) : null) ??
      instantOf(page?.publishedAt),
    description:
      cutText(storableText(recording.description ?? own?.description ?? ''), MOST_DESCRIPTION).trim() || null,
    chapters: tidyChapters(
      recording.chapters?.flatMap((chapter) =>
        chapter ? [{ title: chapter.title, startSeconds: chapter.start_time, endSeconds: chapter.end_time }] : [],
      ) ??
        page?.chapters ??
        [],
      recording.duration ?? null,
    ),
  };
}

/** In the order of time, each ending where the next begins, as players want them. A single one says nothing. */
export function tidyChapters(
  given: readonly {
    title: string | null | undefined;
    startSeconds: number | null | undefined;
    endSeconds: number | null | undefined;
  }[],
  durationSeconds: number | null,
): LinkFacts['chapters'] {
  const usable = given
    .flatMap(({ title, startSeconds, endSeconds }, at) =>
      Number.isFinite(startSeconds) && startSeconds! >= 0
        ? [{ title: line(title) ?? `${at + 1}`, startSeconds: startSeconds!, endSeconds: endSeconds ?? null }]
        : [],
    )
    .sort((a, b) => a.startSeconds - b.startSeconds)
    .filter((chapter, at, all) => at === 0 || chapter.startSeconds > all[at - 1]!.startSeconds)
    .slice(0, MOST_CHAPTERS);
  if (usable.length < 2) return [];
  return usable.map((chapter, at) => {
    const next = usable[at + 1]?.startSeconds ?? durationSeconds ?? chapter.endSeconds ?? chapter.startSeconds;
    return { ...chapter, endSeconds: Math.max(chapter.startSeconds, next) };
  });
}

/** Runs in the transaction that finishes the step. */
export async function writeLinkFacts(tx: Tx, row: ItemRow, facts: LinkFacts): Promise<void> {
  await tx
    .updateTable('items')
    .set({
      author: facts.author ?? row.author,
      published_at: facts.publishedAt ?? row.published_at,
      description: facts.description ?? row.description,
      // Words that a person gave meanwhile stay.
      ...(row.subtitle_path === null && facts.subtitlePath && { subtitle_path: facts.subtitlePath }),
    })
    .where('id', '=', row.id)
    .execute();
  if (facts.title) await renameUnlessGiven(tx, row.id, facts.title);
  if (facts.chapters.length === 0) return;
  await tx.deleteFrom('chapters').where('item_id', '=', row.id).execute();
  await tx
    .insertInto('chapters')
    .values(
      facts.chapters.map((chapter, position) => ({
        item_id: row.id,
        org_id: row.org_id,
        position,
        start_seconds: chapter.startSeconds,
        end_seconds: chapter.endSeconds,
        title: chapter.title,
        origin: 'source',
      })),
    )
    .execute();
}

const line = (text: string | null | undefined): string | null => cutText(oneLine(text ?? ''), 500).trim() || null;
