import { expect, test } from 'bun:test';
import { chooseSubtitles, extractSubtitles } from '../../../src/archive/media/embedded-subtitles.ts';
import { probeMedia } from '../../../src/archive/media/probe.ts';
import { fastFilm, film, mediaFolder } from './media-files.ts';

const signal = new AbortController().signal;

test('text subtitles inside a film become segments, in the language asked for', async () => {
  await using folder = await mediaFolder();
  const russian = await folder.write('ru.srt', '1\n00:00:00,500 --> 00:00:01,500\nПривет\n');
  const english = await folder.write('en.srt', '1\n00:00:00,500 --> 00:00:01,500\nHello there\n');
  const maps = [
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '2',
    '-metadata:s:s:0',
    'language=rus',
    '-metadata:s:s:1',
    'language=eng',
  ];
  const mkv = await folder.make('film.mkv', ...film(2), '-i', russian, '-i', english, ...maps, ...fastFilm);
  const mp4 = await folder.make('film.mp4', '-i', mkv, '-map', '0', '-c', 'copy', '-c:s', 'mov_text');

  for (const path of [mkv, mp4]) {
    const probe = await probeMedia(path, { signal });
    const stream = chooseSubtitles(probe, 'en-GB');
    const { segments } = await extractSubtitles(path, stream!, signal);

    expect(stream?.language).toBe('eng');
    expect(segments).toMatchObject([{ startSeconds: 0.5, endSeconds: 1.5, text: 'Hello there' }]);
    expect(chooseSubtitles(probe)?.language).toBe('rus');
  }
});
