import { flags } from './ffmpeg.ts';
import type { MediaProbe } from './probe.ts';

/** A copy that Chromium, Firefox and Safari play, or the word that the original is one. */
export type PlayableChoice =
  { kind: 'original'; contentType: string } | { kind: 'copy'; fileName: string; contentType: string; args: string[] };

/** Above this an audio file is worth shrinking: 192 kbit/s with room for a cover and headers. */
const SMALL_AUDIO_BIT_RATE = 210_000;
/** 720p with talking people needs about 1.5 Mbit/s; twice that still streams anywhere. */
const SMALL_VIDEO_BIT_RATE = 3_000_000;
const MAX_LONG_SIDE = 1280;

const AUDIO_ARGS = flags('-c:a aac -b:a 64k -ac 1');
const MP4_ARGS = flags('-map_metadata -1 -map_chapters -1 -movflags +faststart -f mp4');

/** Decides from the headers alone. A damaged file is always encoded anew: browsers forgive less than ffmpeg does. */
export function choosePlayable(probe: MediaProbe): PlayableChoice {
  const original = probe.warning === null ? originalType(probe) : null;
  if (original) return { kind: 'original', contentType: original };

  const audio = probe.audioStreams[0];
  const audioMap = audio ? ['-map', `0:${audio.index}`] : [];
  if (!probe.video) {
    return {
      kind: 'copy',
      fileName: 'playable.m4a',
      contentType: 'audio/mp4',
      args: [...audioMap, ...AUDIO_ARGS, ...MP4_ARGS],
    };
  }

  const keepsAudio =
    audio !== undefined && audio.codec === 'aac' && (audio.bitRate ?? Infinity) <= SMALL_AUDIO_BIT_RATE;
  const audioArgs = !audio ? [] : keepsAudio ? ['-c:a', 'copy'] : AUDIO_ARGS;
  const videoArgs = isSmallWebVideo(probe) && probe.warning === null ? ['-c:v', 'copy'] : encodeVideo();
  return {
    kind: 'copy',
    fileName: 'playable.mp4',
    contentType: 'video/mp4',
    args: ['-map', `0:${probe.video.index}`, ...audioMap, ...videoArgs, ...audioArgs, ...MP4_ARGS],
  };
}

/** Measured at 1280×720, 30 fps on 2 cores: veryfast 7 times real time, superfast 9 times but files twice as large. */
function encodeVideo(): string[] {
  const fit = `scale='min(${MAX_LONG_SIDE},iw)':'min(${MAX_LONG_SIDE},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const codec = '-c:v libx264 -preset veryfast -crf 26 -maxrate 2500k -bufsize 5000k -profile:v high';
  return flags(`-vf ${fit},setsar=1,format=yuv420p -fpsmax 30 ${codec}`);
}

function originalType(probe: MediaProbe): string | null {
  const audio = probe.audioStreams[0];
  const isMp4 = probe.container.split(',').includes('mp4');
  if (probe.video) {
    const playsAudio = audio === undefined || audio.codec === 'aac' || audio.codec === 'mp3';
    return isMp4 && playsAudio && isSmallWebVideo(probe) ? 'video/mp4' : null;
  }
  if (!audio || (probe.bitRate ?? Infinity) > SMALL_AUDIO_BIT_RATE) return null;
  if (probe.container === 'mp3' && audio.codec === 'mp3') return 'audio/mpeg';
  if (isMp4 && audio.codec === 'aac') return 'audio/mp4';
  return null;
}

function isSmallWebVideo({ video, width, height, bitRate }: MediaProbe): boolean {
  return (
    video !== null &&
    video.codec === 'h264' &&
    video.pixelFormat === 'yuv420p' &&
    Math.max(width ?? Infinity, height ?? Infinity) <= MAX_LONG_SIDE &&
    (video.bitRate ?? bitRate ?? Infinity) <= SMALL_VIDEO_BIT_RATE
  );
}
