import { join } from 'node:path';

/** Half an hour of sound as a browser's `MediaRecorder` streams it, a slice for each second. `path` holds them in one file. */
export async function recordedSlices(directory: string, seconds: number): Promise<{ path: string; ends: number[] }> {
  const path = join(directory, 'recorded.webm');
  const ffmpeg = Bun.spawn(
    [
      'ffmpeg',
      ...'-nostdin -hide_banner -loglevel error -y -f lavfi -i'.split(' '),
      `anoisesrc=r=48000:a=0.1:c=pink:d=${seconds}`,
      ...'-c:a libopus -b:a 32k -ac 1 -application voip -compression_level 0'.split(' '),
      ...'-f webm -live 1 -cluster_time_limit 980'.split(' '),
      path,
    ],
    { stdout: 'ignore', stderr: 'inherit' },
  );
  if ((await ffmpeg.exited) !== 0) throw new Error('ffmpeg failed');
  return { path, ends: clusterEnds(Buffer.from(await Bun.file(path).arrayBuffer())) };
}

/** Where each cluster ends (RFC 9559): before the id of the next, which a timestamp follows at once or after an unknown size. */
function clusterEnds(bytes: Buffer): number[] {
  const id = Buffer.from([0x1f, 0x43, 0xb6, 0x75]);
  const starts: number[] = [];
  for (let at = bytes.indexOf(id); at >= 0; at = bytes.indexOf(id, at + 4)) starts.push(at);
  return [...starts.slice(1), bytes.length];
}
