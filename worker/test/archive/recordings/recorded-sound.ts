/** Sound as `MediaRecorder` streams it: no duration, no index, a cluster at a time. Its pitch changes every second. */
export async function recordedWebm(seconds: number): Promise<Uint8Array> {
  const ffmpeg = Bun.spawn(
    [
      'ffmpeg',
      ...'-nostdin -hide_banner -loglevel error -f lavfi -i'.split(' '),
      `aevalsrc=0.3*sin(2*PI*t*(200+50*mod(floor(t)\\,8))):s=48000:d=${seconds}`,
      ...'-c:a libopus -b:a 32k -ac 1 -f webm -live 1 -cluster_time_limit 1000 pipe:1'.split(' '),
    ],
    { stdout: 'pipe', stderr: 'inherit' },
  );
  return new Uint8Array(await new Response(ffmpeg.stdout).arrayBuffer());
}

/** Cut at places that mean nothing to the container. */
export function cutAnywhere(bytes: Uint8Array, pieces: number): Uint8Array<ArrayBuffer>[] {
  const ends = Array.from({ length: pieces }, (_, index) => {
    const even = ((index + 1) * bytes.length) / pieces;
    return index === pieces - 1 ? bytes.length : Math.floor(even + ((index * 7919) % 97) - 48);
  });
  return ends.map((end, index) => Uint8Array.from(bytes.subarray(index === 0 ? 0 : ends[index - 1], end)));
}
