import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NewItem } from '@nexus/shared/archive';
import { chooseFormats } from '../../../src/archive/links/choose-formats.ts';
import { chooseTrack } from '../../../src/archive/links/choose-subtitles.ts';
import { inspectPage } from '../../../src/archive/links/inspect-page.ts';
import { tidyChapters } from '../../../src/archive/links/link-facts.ts';
import { RecordingPage } from '../../../src/archive/links/recording-page.ts';
import { findYtDlp } from '../../../src/archive/links/yt-dlp.ts';
import { ytDlpProblem } from '../../../src/archive/links/yt-dlp-problem.ts';
import { createHttp } from '../../../src/platform/http.ts';
import { processesAbout } from '../../platform/process-list.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-yt-dlp-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program that knows the options and then does something else than yt-dlp. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await Bun.write(
    path,
    `#!/bin/sh\ncase "$*" in *--help*) echo --use-extractors --no-plugin-dirs; exit 0;; esac\n${script}\n`,
  );
  await chmod(path, 0o755);
  return path;
}

const inspect = async (path: string, url = 'https://example.org/talk', timeoutSeconds = 30) =>
  inspectPage(await findYtDlp(path), url, {
    http: createHttp(),
    directory: folder,
    signal: new AbortController().signal,
    onlyKnownSites: false,
    timeoutSeconds,
  });

test('one that hangs is stopped together with what it started', async () => {
  const path = await program('hangs', `cd ${folder}; sleep 600 & sleep 600`);

  const attempt = inspect(path, undefined, 1);

  await expect(attempt).rejects.toMatchObject({ code: 'stalled' });
  expect(processesAbout(folder)).toEqual([]);
});

test('one that prints garbage is answered in words', async () => {
  const path = await program('garbles', `echo '<html>{"id": 1'`);

  await expect(inspect(path)).rejects.toMatchObject({
    code: 'upstream-refused',
    detail: expect.stringContaining('Update it'),
  });
});

test('an address is never an option, and settings, plugins, secrets and direct ways out are kept from it', async () => {
  const path = await program(
    'tells',
    `printf '%s\\n' "$@" > ${folder}/arguments; env > ${folder}/environment; echo '{"id":"1"}'`,
  );

  await inspect(path, '--exec=touch x');

  const given = (await Bun.file(join(folder, 'arguments')).text()).trim().split('\n');
  expect(given.slice(-2)).toEqual(['--', '--exec=touch x']);
  expect(given).toContain('--ignore-config');
  expect(given).toContain('--no-plugin-dirs');
  expect(given).not.toContain('--no-update');
  const environment = await Bun.file(join(folder, 'environment')).text();
  expect(environment).toMatch(/^ftp_proxy=http:\/\/nexus:\w+@127\.0\.0\.1:\d+$/m);
  expect(environment).not.toContain('KEY=');
  expect(NewItem.safeParse({ source: 'url', url: '--exec=touch x' }).success).toBe(false);
});

test('what it says of a page becomes words to act on', () => {
  const meanings: [string, string][] = [
    ['ERROR: [youtube] x: Private video. Sign in if you have been granted access', 'private'],
    ['ERROR: [youtube] x: Sign in to confirm your age. This video may be inappropriate for some users.', 'adults'],
    ['ERROR: [youtube] x: Sign in to confirm you’re not a bot. Use --cookies-from-browser', 'robot'],
    ['ERROR: [youtube] x: Video unavailable. This video has been removed by the uploader', 'removed'],
    ['ERROR: [youtube] x: The uploader has not made this video available in your country', 'country'],
    ['ERROR: [BBC] x: This video is not available from your location due to geo restriction', 'country'],
    ['ERROR: [DRM] The requested site is known to use DRM protection.', 'DRM'],
    ['ERROR: [vimeo] x: This video is only available for registered users. Use --username', 'sign-in'],
    ['ERROR: [youtube] x: This live event will begin in 3 days.', 'not begun'],
    ['ERROR: [generic] Unable to download webpage: HTTP Error 403: Forbidden', 'sign-in'],
    ['ERROR: [generic] Unable to download webpage: HTTP Error 503: Busy', 'cannot be reached'],
    ['ERROR: [generic] Unable to download webpage: <urlopen error timed out>', 'cannot be reached'],
    ['ERROR: [x] Signature extraction failed: please report this issue', 'too old'],
  ];

  for (const [said, meaning] of meanings)
    expect(ytDlpProblem(said)).toHaveProperty('detail', expect.stringContaining(meaning));
  expect(ytDlpProblem('ERROR: Unsupported URL: https://example.org')).toMatchObject({ name: 'NotARecording' });
});

test('the best pictures up to 1080 lines are fetched, with their sound, and nothing that leaves the guarded door', () => {
  const format = (format_id: string, more: object) => ({ format_id, url: `https://cdn.example/${format_id}`, ...more });
  const recording = (...formats: object[]) => RecordingPage.parse({ id: '1', formats });
  const sound = format('sound', { vcodec: 'none', acodec: 'mp4a.40.2' });
  const opus = format('opus', { vcodec: 'none', acodec: 'opus' });
  const small = format('small', { vcodec: 'avc1', acodec: 'mp4a', height: 360 });
  const full = format('full', { vcodec: 'avc1.64', acodec: 'none', height: 1080 });
  const huge = format('huge', { vcodec: 'vp9', acodec: 'none', height: 2160 });
  const ids = (page: RecordingPage) => chooseFormats(page).map(({ format_id }) => format_id);

  expect(ids(recording(sound, opus, small, full, huge))).toEqual(['full', 'sound']);
  expect(ids(recording(opus, sound))).toEqual(['sound']);
  expect(ids(recording(small, format('stream', { url: 'rtmp://x/y', protocol: 'rtmp' })))).toEqual(['small']);
  expect(ids(recording(format('locked', { has_drm: true })))).toEqual([]);
});

test('subtitles are the transcript only in the language that is spoken', () => {
  const page = (language: string | null, ...tracks: string[]) =>
    RecordingPage.parse({
      id: '1',
      language,
      title: 'Die Bienen im Winter und wie sie sich warm halten, erzählt von einer alten Imkerin',
      subtitles: Object.fromEntries(tracks.map((name) => [name, [{ url: 'https://x/y', ext: 'vtt' }]])),
    });

  expect(chooseTrack(page('en', 'de', 'en-GB'), null)).toBe('en-GB');
  expect(chooseTrack(page('en', 'de', 'en'), 'de')).toBe('de');
  expect(chooseTrack(page('en', 'de', 'fr'), null)).toBeNull();
  expect(chooseTrack(page(null, 'fr'), null)).toBe('fr');
  expect(chooseTrack(page(null, 'fr', 'de'), null)).toBe('de');
  expect(chooseTrack(page(null, 'live_chat'), null)).toBeNull();
});

test('chapters come in order, end where the next begins, and one alone is none', () => {
  const chapter = (title: string | null, startSeconds: number) => ({ title, startSeconds, endSeconds: null });

  expect(tidyChapters([chapter('B', 20), chapter(null, 0), chapter('twice', 20)], 60)).toEqual([
    { title: '2', startSeconds: 0, endSeconds: 20 },
    { title: 'B', startSeconds: 20, endSeconds: 60 },
  ]);
  expect(tidyChapters([chapter('all', 0)], 60)).toEqual([]);
});
