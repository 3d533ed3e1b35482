import { afterAll, beforeAll, expect, test } from 'bun:test';
import { probeMedia } from '../../../src/archive/media/probe.ts';
import { fastFilm, film, mediaFolder, sound, type MediaFolder } from './media-files.ts';

const io = { signal: new AbortController().signal };
let folder: MediaFolder;
beforeAll(async () => {
  folder = await mediaFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

test('a film shows its streams, languages, subtitles, size and tags', async () => {
  const subtitles = await folder.write('cues.srt', '1\n00:00:00,500 --> 00:00:01,500\nHello\n');
  const path = await folder.make(
    'film.mkv',

    ...film(2),
    ...sound(2),
    ...sound(2),
    '-i',
    subtitles,
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '2',
    '-map',
    '3',
    ...fastFilm,

    '-metadata:s:a:0',
    'language=rus',
    '-metadata:s:a:1',
    'language=eng',
    '-disposition:a:0',
    '0',
    '-disposition:a:1',
    'default',

    '-metadata',
    'title=A film',
    '-metadata',
    'artist=Someone',
    '-metadata',
    'date=2026',
    '-metadata:s:s:0',
    'language=eng',
  );

  const probe = await probeMedia(path, io);

  expect(probe).toMatchObject({
    container: 'matroska,webm',
    hasAudio: true,
    hasVideo: true,
    width: 640,
    height: 360,
    tags: { title: 'A film', artist: 'Someone', date: '2026' },
    coverStream: null,
    warning: null,
  });
  expect(probe.durationSeconds).toBeCloseTo(2, 0);
  expect(probe.audioStreams.map(({ index, language }) => [index, language])).toEqual([
    [2, 'eng'],
    [1, 'rus'],
  ]);
  expect(probe.subtitleStreams).toEqual([{ index: 3, codec: 'ass', language: 'eng', title: null, isText: true }]);
});

test('a cover picture is not a film', async () => {
  const picture = await folder.make('cover.png', '-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1');
  const path = await folder.make(
    'covered.mp3',
    ...sound(1),
    '-i',
    picture,
    '-map',
    '0',
    '-map',
    '1',
    '-c:v',
    'copy',
    '-disposition:v',
    'attached_pic',
  );

  const probe = await probeMedia(path, io);

  expect(probe).toMatchObject({ hasAudio: true, hasVideo: false, width: null, coverStream: 1 });
});

test('names that look like options, patterns, addresses or several lines are only names', async () => {
  const original = Bun.file(await folder.make('plain.wav', ...sound(1)));

  for (const name of [
    '-i',
    '-version.mp3',
    'a%03d.png',
    'two\nlines.wav',
    'concat:a|b',
    'http:example.jpg',
    '*.m3u8',
  ]) {
    const path = await folder.write(name, new Uint8Array(await original.arrayBuffer()));
    await expect(probeMedia(path, io)).resolves.toMatchObject({ container: 'wav' });
  }
});

test('files that are not recordings are refused in plain words', async () => {
  const picture = await folder.make('lone.png', '-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1');
  const wrapped = await folder.make('lone.mp4', '-i', picture, '-c:v', 'mjpeg');
  const whole = await folder.make('whole.mp4', ...film(2), ...fastFilm);
  const noise = crypto.getRandomValues(new Uint8Array(60_000));

  const cases: [string, RegExp][] = [
    [await folder.write('empty.mp3', ''), /is empty/],
    [await folder.write('text.mp3', 'These are words, not sounds.\n'.repeat(500)), /not a recording we can play/],
    [await folder.write('noise.mp3', noise), /not a recording/],
    [await folder.cut('no-index.mp4', whole, 0.5), /cut off: its index/],
    [picture, /not a recording/],
    [wrapped, /a picture, but no sound/],
  ];
  for (const [path, words] of cases) {
    await expect(probeMedia(path, io)).rejects.toMatchObject({
      code: 'unreadable-media',
      detail: expect.stringMatching(words),
    });
  }
});

test('playlists that name other files are refused, whatever they are called', async () => {
  const secret = await folder.make('secret.mp4', ...film(1), ...fastFilm);
  const playlists = {
    'list.m3u8': `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${secret}\n#EXT-X-ENDLIST\n`,
    'list.mp4': `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${secret}\n#EXT-X-ENDLIST\n`,
    'concat.mkv': `ffconcat version 1.0\nfile '${secret}'\n`,
    'manifest.mpd': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet><Representation id="1" bandwidth="1"><BaseURL>file://${secret}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  };

  for (const [name, content] of Object.entries(playlists)) {
    const path = await folder.write(name, content);
    await expect(probeMedia(path, io)).rejects.toMatchObject({ code: 'unreadable-media' });
  }
});

test('a cut-off file whose beginning can be used carries a warning', async () => {
  const mp4 = await folder.make('start.mp4', ...film(3), ...sound(3), ...fastFilm, '-movflags', '+faststart');
  const mkv = await folder.make('start.mkv', '-i', mp4, '-c', 'copy');
  const wav = await folder.make('start.wav', ...sound(3));

  for (const whole of [mp4, mkv, wav]) {
    expect((await probeMedia(whole, io)).warning).toBeNull();
    const part = await folder.cut(`part-of-${whole.split('/').pop()}`, whole, 0.6);
    expect((await probeMedia(part, io)).warning).toContain('cut off');
  }
});

test('a missing file is an error of ours, not a bad recording', async () => {
  await expect(probeMedia(`${folder.path}/nothing-here`, io)).rejects.toMatchObject({ code: 'ENOENT' });
});
