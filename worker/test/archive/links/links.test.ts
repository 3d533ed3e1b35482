import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createItem, type Item, listSegments } from '@nexus/shared/archive';
import { resumeAllIfReady } from '../../../src/archive/resume-waiting.ts';
import { type VideoPage, type VideoSite, videoSite } from '../../loopback/video-site.ts';
import { webServer, type WebServer } from '../../loopback/web-server.ts';
import { makeSpokenRecording } from '../../recordings/make-spoken-recording.ts';
import { testWorker } from '../../running/test-worker.ts';

const ytDlp = Bun.which('yt-dlp');
if (!ytDlp) console.warn('SKIPPED: yt-dlp is not installed, so links to pages with recordings are not tested.');

let folder: string;
let nexus: Awaited<ReturnType<typeof testWorker>>;
let site: VideoSite;
let inside: WebServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-links-'));
  inside = await webServer((_request, reply) => reply.send(200, { 'content-type': 'video/webm' }, 'secret'));
  site = await videoSite(await makePage(folder), inside.origin);
  nexus = await testWorker({ allowPrivate: [site.host] });
}, 60_000);

afterAll(async () => {
  await nexus.stop();
  await site[Symbol.asyncDispose]();
  await inside[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function add(path: string): Promise<Item> {
  const { id } = await createItem(nexus.ctx, { source: 'url', url: site.origin + path });
  return nexus.rested(id);
}

describe.skipIf(!ytDlp)('a page with a recording', () => {
  test('brings the recording with what the page says of it: title, author, date, chapters, poster and the words', async () => {
    const item = await add('/player');

    expect(item.problem).toBeNull();
    expect(item).toMatchObject({
      status: 'ready',
      kind: 'video',
      title: 'Bees in winter',
      author: 'Ann Lee',
      publishedAt: '2024-05-01T10:00:00.000Z',
      description: 'How a colony keeps warm.',
      transcript: { origin: 'subtitles' },
    });
    expect(item.chapters).toMatchObject([
      { title: 'The hive', startSeconds: 0, endSeconds: 3, origin: 'source' },
      { title: 'The cluster', startSeconds: 3, endSeconds: 6, origin: 'source' },
    ]);
    expect(item.posterUrl).toContain('source-poster.jpg');
    const { segments } = await listSegments(nexus.ctx, { itemId: item.id });
    expect(segments.map(({ text }) => text)).toEqual(['Bees form a cluster.', 'They shiver.']);
  });

  test('whose player redirects into the inside is refused, and nothing inside is asked', async () => {
    const item = await add('/trap');

    expect(item.problem).toMatchObject({ code: 'address-refused', step: 'acquire' });
    expect(site.asked()).toContain('GET /to-inside');
    expect(inside.requests).toEqual([]);
  });

  test('that is a list is answered with its length', async () => {
    const item = await add('/many');

    expect(item.status).toBe('failed');
    expect(item.problem?.detail).toBe('This is a list of 3 recordings (“All talks”). Give the address of one of them.');
  });

  test('larger than the room that is left ends as a full quota', async () => {
    const limit = (room: number | null) =>
      nexus.ports.db.transaction().execute(async (tx) => {
        const { used } = await tx
          .selectFrom('items')
          .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('size_bytes'), eb.lit(0)).as('used'))
          .executeTakeFirstOrThrow();
        await tx
          .updateTable('orgs')
          .set({ storage_limit_bytes: room && Number(used) + room })
          .where('id', '=', nexus.ctx.orgId)
          .execute();
      });
    // The page fits, its recording does not.
    await limit(4000);

    const item = await add('/described?full');
    await limit(null);

    expect(item.problem).toMatchObject({ code: 'quota-exceeded', step: 'acquire' });
    expect(site.asked()).toContain('GET /described?full');
    expect(await Array.fromAsync(new Bun.Glob('**/part0*').scan(nexus.ports.workDirectory))).toEqual([]);
  });

  test('waits where yt-dlp is missing, and goes on when it is there', async () => {
    const program = join(folder, 'yt-dlp');
    nexus.ports.ytDlp = program;
    const waiting = await add('/described');
    await resumeAllIfReady(nexus.ports);
    const stillWaiting = await nexus.rested(waiting.id);
    await symlink(ytDlp!, program);

    await resumeAllIfReady(nexus.ports);
    const gone = await nexus.rested(waiting.id);
    nexus.ports.ytDlp = undefined;

    expect([waiting.status, stillWaiting.status]).toEqual(['waiting', 'waiting']);
    expect(waiting.problem).toMatchObject({ code: 'not-configured', step: 'acquire' });
    expect(waiting.problem?.detail).toContain('yt-dlp');
    expect(gone.originalName).toBe('Bees in winter.webm');
    expect(gone.problem?.step).not.toBe('acquire');
  });
});

describe('other links', () => {
  test('an article is read, with the author and date it gives to machines, and its film is left alone', async () => {
    const item = await add('/article');

    expect(item).toMatchObject({
      status: 'ready',
      kind: 'html',
      title: 'The silent winter',
      author: 'Vera Holm',
      publishedAt: '2023-02-11T08:00:00.000Z',
    });
  });

  test('a live stream, a closed door and a feed each say what they are', async () => {
    const items = await Promise.all(['/live.m3u8', '/members', '/feed.xml'].map(add));

    expect(items.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    expect(items[0]?.problem?.detail).toContain('live stream');
    expect(items[1]?.problem?.detail).toContain('wants a sign-in');
    expect(items[2]?.problem?.detail).toContain('feed');
  });

  test('two links that lead to the same address are one item and its duplicate', async () => {
    const first = await createItem(nexus.ctx, { source: 'url', url: `${site.origin}/article` });
    const second = await add('/latest');

    expect(first.alreadyHere).toBe(true);
    expect(second).toMatchObject({ status: 'duplicate', duplicateOf: { id: first.id } });
  });
});

/** Pictures, speech, its words with their times, and a poster. */
async function makePage(directory: string): Promise<VideoPage> {
  const { wavPath, cues } = await makeSpokenRecording(['Bees form a cluster.', 'They shiver.'], directory);
  const ffmpeg = async (...args: string[]) => {
    const child = Bun.spawn(['ffmpeg', '-loglevel', 'error', ...args], { cwd: directory, stderr: 'inherit' });
    if ((await child.exited) !== 0) throw new Error('ffmpeg failed');
  };
  const pictures = ['-f', 'lavfi', '-i', 'testsrc=size=160x120:rate=5'];
  await ffmpeg(...pictures, '-i', wavPath, '-shortest', '-c:v', 'libvpx', '-c:a', 'libopus', 'talk.webm');
  await ffmpeg(...pictures, '-frames:v', '1', 'poster.jpg');
  const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const timed = cues.map((cue) => `${clock(cue.startSeconds)} --> ${clock(cue.endSeconds)}\n${cue.text}\n`);
  return {
    recording: await Bun.file(join(directory, 'talk.webm')).bytes(),
    poster: await Bun.file(join(directory, 'poster.jpg')).bytes(),
    subtitles: `WEBVTT\n\n${timed.join('\n')}`,
  };
}
