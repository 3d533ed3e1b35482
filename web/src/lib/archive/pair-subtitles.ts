export interface Named {
  name: string;
}

export interface Paired<File extends Named> {
  file: File;
  /** Becomes the transcript of `file`. */
  subtitles?: File;
}

const SUBTITLES = /\.(srt|vtt)$/i;
const RECORDING =
  /\.(mp3|m4a|m4b|aac|wav|wave|flac|ogg|oga|opus|wma|aif|aiff|amr|mp4|m4v|mov|mkv|webm|avi|mpg|mpeg|ts|mts|wmv|flv|3gp)$/i;

export const isSubtitles = ({ name }: Named): boolean => SUBTITLES.test(name);

/** `Talk.mp3` and `talk.en.srt` share the base `talk`: a language tag before the subtitle's ending does not count. */
export function baseName(name: string): string {
  const stem = name.replace(/\.[^.]+$/, '');
  return (isSubtitles({ name }) ? stem.replace(/\.[a-z]{2,3}(-[a-z0-9]{2,8})?$/i, '') : stem)
    .normalize('NFC')
    .toLowerCase();
}

/**
 * Gives each recording of one drop the subtitles with its base name; the rest stay files of their own. Order is kept.
 * One subtitle file goes to one recording, an exact match before one with a language tag.
 */
export function pairSubtitles<File extends Named>(files: readonly File[]): Paired<File>[] {
  const free = new Set(files.filter(isSubtitles));
  const subtitlesOf = new Map<File, File>();
  for (const file of files) {
    if (!RECORDING.test(file.name)) continue;
    const match = findSubtitles(file, free);
    if (!match) continue;
    free.delete(match);
    subtitlesOf.set(file, match);
  }
  const taken = new Set(subtitlesOf.values());
  return files
    .filter((file) => !taken.has(file))
    .map((file) => {
      const subtitles = subtitlesOf.get(file);
      return subtitles ? { file, subtitles } : { file };
    });
}

function findSubtitles<File extends Named>(recording: File, free: ReadonlySet<File>): File | undefined {
  const base = baseName(recording.name);
  const candidates = [...free].filter(({ name }) => baseName(name) === base || stem(name) === base);
  return candidates.find(({ name }) => stem(name) === base) ?? candidates[0];
}

const stem = (name: string): string =>
  name
    .replace(/\.[^.]+$/, '')
    .normalize('NFC')
    .toLowerCase();
