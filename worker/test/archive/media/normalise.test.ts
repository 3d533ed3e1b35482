import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeHashes, fingerprintMedia, readFingerprint } from '../../../src/archive/media/fingerprint.ts';
import { normaliseMedia, type NormaliseOptions } from '../../../src/archive/media/normalise.ts';
import type { Peaks } from '../../../src/archive/media/peaks.ts';
import { probeMedia } from '../../../src/archive/media/probe.ts';
import { processesAbout } from '../../platform/process-list.ts';
import { fastFilm, film, mediaFolder, sound, type MediaFolder } from './media-files.ts';

const io = { signal: new AbortController().signal };
let folder: MediaFolder;
beforeAll(async () => {
  folder = await mediaFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function normalise(path: string, options: Partial<NormaliseOptions> = {}) {
  const out = await mkdtemp(join(folder.path, 'out-'));
  const probe = await probeMedia(path, io);
  return { out, probe, media: await normaliseMedia(path, out, probe, { ...io, ...options }) };
}

test('a stereo recording becomes speech, a small copy, a waveform and a fingerprint', async () => {
  const path = await folder.make('talk.wav', ...sound(20), '-ac', '2', '-ar', '44100');
  const steps: number[] = [];

  const { media } = await normalise(path, { onProgress: (fraction) => steps.push(fraction) });

  expect(media.durationSeconds).toBeCloseTo(20, 1);
  expect(media).toMatchObject({ playableType: 'audio/mp4', posterPath: null, warning: null });
  const speech = await probeMedia(media.speechPath!, io);
  expect(speech).toMatchObject({ container: 'wav', bitRate: expect.closeTo(256_000, -3) });
  expect(speech.audioStreams[0]).toMatchObject({ codec: 'pcm_s16le', channels: 1 });
  const copy = await probeMedia((media.playable as { path: string }).path, io);
  expect(copy.audioStreams[0]).toMatchObject({ codec: 'aac', channels: 1 });
  expect(copy.durationSeconds).toBeCloseTo(20, 0);
  expect(steps.at(-1)).toBe(1);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

test('the fingerprint is that of the chromaprint muxer over the whole file', async () => {
  const path = await folder.make('long.mp3', ...sound(150));

  const { media, probe } = await normalise(path);

  const inOnePass = await readFingerprint(media.fingerprintPath!, media.durationSeconds);
  const alone = await fingerprintMedia(path, probe, io.signal);
  expect(inOnePass.hashes).toEqual(alone.hashes);
  expect(inOnePass.hashes.length).toBeGreaterThan(150 / 0.13);
  expect(encodeHashes(Uint32Array.of(1, 0x01020304))).toEqual(Uint8Array.of(1, 0, 0, 0, 4, 3, 2, 1));
});

test('files that browsers play and that are small are not encoded again', async () => {
  const mp3 = await folder.make('small.mp3', ...sound(3), '-b:a', '128k');
  const mp4 = await folder.make('small.mp4', ...film(2), ...sound(2), ...fastFilm);

  expect((await normalise(mp3)).media).toMatchObject({ playable: 'original', playableType: 'audio/mpeg' });
  expect((await normalise(mp4)).media).toMatchObject({ playable: 'original', playableType: 'video/mp4' });
});

test('a large film shrinks to 1280 wide H.264 and AAC, index first, with a poster', async () => {
  const path = await folder.make('large.mkv', ...film(2, '1920x1080'), ...sound(2), '-c:v', 'mpeg4', '-c:a', 'libopus');

  const { media } = await normalise(path);

  const copyPath = (media.playable as { path: string }).path;
  const copy = await probeMedia(copyPath, io);
  expect(copy).toMatchObject({ width: 1280, height: 720, video: { codec: 'h264', pixelFormat: 'yuv420p' } });
  expect(copy.audioStreams[0]?.codec).toBe('aac');
  const boxes = (await Bun.file(copyPath).slice(0, 64).text()).match(/ftyp|moov|mdat/g);
  expect(boxes).toEqual(['ftyp', 'moov']);
  expect(media.posterPath).toEndWith('poster.jpg');
  expect(new Uint8Array(await Bun.file(media.posterPath!).slice(0, 2).arrayBuffer())).toEqual(
    Uint8Array.of(0xff, 0xd8),
  );
});

test('a film in another container is repacked without touching picture or sound', async () => {
  const path = await folder.make('repack.mkv', ...film(2), ...sound(2), ...fastFilm, '-b:v', '500k');

  const { media } = await normalise(path);

  const copy = await probeMedia((media.playable as { path: string }).path, io);
  expect(copy).toMatchObject({ width: 640, height: 360, video: { codec: 'h264' } });
});

test('an embedded cover becomes the poster', async () => {
  const picture = await folder.make('cover.png', '-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1');
  const path = await folder.make(
    'covered.mp3',
    ...sound(2),
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

  const { media } = await normalise(path);

  expect(media.posterPath).toEndWith('poster.jpg');
});

test('sound that begins late in a film is late in the speech file as well', async () => {
  const path = await folder.make(
    'late.mkv',
    ...film(4),
    '-itsoffset',
    '2',
    ...sound(2),
    '-map',
    '0',
    '-map',
    '1',
    ...fastFilm,
  );

  const { media } = await normalise(path);

  const peaks = (await Bun.file(media.peaksPath!).json()) as Peaks;
  const firstLoud = peaks.max.findIndex((value) => value > 4);
  const seconds = (firstLoud / peaks.max.length) * media.durationSeconds;
  expect(seconds).toBeCloseTo(2, 1);
});

test('a film that goes on after its sound has the length of the film, and silence where the sound is over', async () => {
  const path = await folder.make('long-film.mp4', ...film(12), ...sound(3), '-map', '0', '-map', '1', ...fastFilm);

  const { media } = await normalise(path);

  const peaks = (await Bun.file(media.peaksPath!).json()) as Peaks;
  const lastLoud = peaks.max.findLastIndex((value) => value > 4);
  expect(media.warning).toBeNull();
  expect(media.durationSeconds).toBeCloseTo(12, 0);
  expect((lastLoud / peaks.max.length) * media.durationSeconds).toBeCloseTo(3, 0);
});

test('a silent film has a copy and a poster, and no sound files', async () => {
  const path = await folder.make('silent.mp4', ...film(2), ...fastFilm);

  const { media, out } = await normalise(path);

  expect(media).toMatchObject({
    speechPath: null,
    peaksPath: null,
    fingerprintPath: null,
    playable: 'original',
    durationSeconds: 2,
  });
  expect(await readdir(out)).toEqual(['poster.jpg']);
});

test('the speech file is left out when a transcript is at hand', async () => {
  const path = await folder.make('subtitled.mp3', ...sound(5));

  const { media, out } = await normalise(path, { speech: false });

  expect(media.speechPath).toBeNull();
  expect((await readdir(out)).sort()).toEqual(['fingerprint.raw', 'peaks.json']);
});

test('a recording of no length is refused', async () => {
  const path = await folder.make('nothing.wav', ...sound(1), '-t', '0');

  await expect(normalise(path)).rejects.toMatchObject({
    code: 'unreadable-media',
    detail: expect.stringContaining('is empty'),
  });
});

test('a cut-off recording keeps what can be played and says how much', async () => {
  const whole = await folder.make('whole.mp3', ...sound(60), '-b:a', '64k');
  const path = await folder.cut('cut.mp3', whole, 0.25);

  const { media } = await normalise(path);

  expect(media.durationSeconds).toBeCloseTo(15, 0);
  expect(media.warning).toMatch(/^Only the first 1[45] of 60 seconds/);
});

test('a cut-off film is encoded anew up to where it ends', async () => {
  const whole = await folder.make('whole.mp4', ...film(6), ...sound(6), ...fastFilm, '-movflags', '+faststart');
  const path = await folder.cut('cut.mp4', whole, 0.5);

  const { media } = await normalise(path);

  const copy = await probeMedia((media.playable as { path: string }).path, io);
  expect(copy.durationSeconds).toBeLessThan(5);
  expect(copy.warning).toBeNull();
  expect(media.warning).toContain('cut off');
});

test('six channels and odd sample rates are no obstacle', async () => {
  const path = await folder.make('surround.flac', ...sound(8), '-ac', '6', '-ar', '96000');

  const { media } = await normalise(path);

  expect(media.durationSeconds).toBeCloseTo(8, 1);
  expect((await readFingerprint(media.fingerprintPath!, 8)).hashes.length).toBeGreaterThan(30);
});

test('ten hours of silence are streamed, not loaded', async () => {
  const second = await Bun.file(
    await folder.make('second.wav', '-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '1'),
  ).arrayBuffer();
  const sizeBytes = 36_000 * 32_000;
  const header = Buffer.from(second.slice(0, second.byteLength - 32_000));
  header.writeUInt32LE(header.length - 8 + sizeBytes, 4);
  header.writeUInt32LE(sizeBytes, header.length - 4);
  const path = await folder.write('ten-hours.wav', header);
  await truncate(path, header.length + sizeBytes);
  const abort = new AbortController();
  const before = process.memoryUsage.rss();

  const probe = await probeMedia(path, io);
  const run = normaliseMedia(path, folder.path, probe, {
    signal: abort.signal,
    onProgress: (fraction) => fraction > 0.005 && abort.abort(),
  });

  await expect(run).rejects.toMatchObject({ code: 'canceled' });
  expect(probe.durationSeconds).toBe(36_000);
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 ** 2);
});

test('an abort in the middle ends ffmpeg and reports that it was canceled', async () => {
  const path = await folder.make('abort.mkv', ...film(30, '1920x1080'), '-c:v', 'mpeg4', '-q:v', '2');
  const abort = new AbortController();
  const out = await mkdtemp(join(folder.path, 'out-'));
  const probe = await probeMedia(path, io);

  const run = normaliseMedia(path, out, probe, { signal: abort.signal, onProgress: () => abort.abort() });

  await expect(run).rejects.toMatchObject({ code: 'canceled' });
  expect(processesAbout(out)).toEqual([]);
});
