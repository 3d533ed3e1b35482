import { flags } from './ffmpeg.ts';

export const SPEECH_SAMPLE_RATE = 16_000;
/** A day. Longer files are read that far; timestamps that lie would otherwise be padded with silence until the disk is full. */
export const MAX_SECONDS = 86_400;

/**
 * ffmpeg's options for one stream as 16 kHz mono 16-bit samples, to be followed by `-f` and an output. `async` and `first_pts`
 * pad where the sound begins late or has gaps, so that sample times are the times of the player.
 */
export function speechEncoding(streamIndex: number): string[] {
  const pcm = `-ac 1 -c:a pcm_s16le -map_metadata -1 -flags +bitexact -t ${MAX_SECONDS}`;
  return flags(`-map 0:${streamIndex} -af aresample=${SPEECH_SAMPLE_RATE}:async=1:first_pts=0 ${pcm}`);
}
