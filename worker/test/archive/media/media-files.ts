import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of media files made by ffmpeg for one test file; removed by `using`. */
export interface MediaFolder extends AsyncDisposable {
  path: string;
  /** Runs ffmpeg in the folder; for making files, so trusted and without limits. */
  make(name: string, ...args: string[]): Promise<string>;
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** The first part of a file made before. */
  cut(name: string, from: string, fraction: number): Promise<string>;
}

export async function mediaFolder(): Promise<MediaFolder> {
  const path = await mkdtemp(join(tmpdir(), 'nexus-media-'));
  const folder: MediaFolder = {
    path,
    async make(name, ...args) {
      const target = join(path, name);
      const run = Bun.spawn(['ffmpeg', '-nostdin', '-v', 'error', '-y', ...args, `file:${target}`], {
        cwd: path,
        stderr: 'pipe',
      });
      if ((await run.exited) !== 0) throw new Error(await new Response(run.stderr).text());
      return target;
    },
    async write(name, content) {
      await Bun.write(join(path, name), content);
      return join(path, name);
    },
    async cut(name, from, fraction) {
      const whole = Bun.file(from);
      return folder.write(name, new Uint8Array(await whole.slice(0, Math.floor(whole.size * fraction)).arrayBuffer()));
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
  return folder;
}

/** Sound that is neither silent nor constant, so that fingerprints and waveforms have something to show. */
export const sound = (seconds: number) => [
  '-f',
  'lavfi',
  '-i',
  `sine=frequency=330:duration=${seconds},tremolo=f=4:d=0.9`,
];
export const film = (seconds: number, size = '640x360') => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=${size}:rate=15:duration=${seconds}`,
];
export const fastFilm = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-pix_fmt',
  'yuv420p',
  '-c:a',
  'aac',
  '-b:a',
  '64k',
];
