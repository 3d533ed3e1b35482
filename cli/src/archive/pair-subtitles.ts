import { basename, extname } from 'node:path';

const SUBTITLES = new Set(['.srt', '.vtt']);
const TEXTS = new Set(['.txt', '.md', '.html', '.htm', '.pdf', '.docx']);

export interface Addition {
  path: string;
  subtitlePath?: string;
}

/** A subtitle file that has the name of a recording beside it (`talk.mp3`, `talk.vtt`, `talk.en.vtt`) becomes its transcript. */
export function pairSubtitles(paths: readonly string[]): Addition[] {
  const subtitles = paths.filter(isSubtitle);
  const taken = new Set<string>();
  const others = paths.filter((path) => !isSubtitle(path));
  const paired = others.map((path): Addition => {
    if (TEXTS.has(extname(path).toLowerCase())) return { path };
    const stem = stemOf(path);
    const match = subtitles.find(
      (candidate) => !taken.has(candidate) && (stemOf(candidate) === stem || stemOf(candidate).startsWith(`${stem}.`)),
    );
    if (!match) return { path };
    taken.add(match);
    return { path, subtitlePath: match };
  });
  return [...paired, ...subtitles.filter((path) => !taken.has(path)).map((path) => ({ path }))];
}

export const isSubtitle = (path: string): boolean => SUBTITLES.has(extname(path).toLowerCase());
const stemOf = (path: string): string =>
  path.slice(0, path.length - basename(path).length) + basename(path, extname(path));
