import { join } from 'node:path';
import { makeSpokenRecording } from '../../worker/test/recordings/make-spoken-recording.ts';

const SECONDS = 600;
const SENTENCES = [
  'The harbour was quiet when the first boats came in.',
  'Nobody had expected the market to open so early.',
  'We talked about the price of timber for most of the morning.',
  'Later the engineer explained why the bridge had been closed.',
  'A bearing had worn out, and the spare one was still in Glasgow.',
  'She drew the part on the back of an envelope.',
  'The workshop promised to turn a new one before Friday.',
  'In the meantime the ferry carried everything, even the post.',
  'There is a photograph of the queue in the town archive.',
  'You can see the lighthouse behind it, without its lamp.',
  'The lamp came back in spring, after two years of repairs.',
  'That is how the story of the bridge became a story about patience.',
];

export interface TenMinutes {
  /** 44.1 kHz, stereo, 128 kbit/s, as podcasts have it: browsers play it as it is, so ffmpeg only decodes. */
  mp3: string;
  /** The same without loss: browsers get a small copy, so ffmpeg encodes too. */
  flac: string;
  subtitles: string;
}

/** Ten minutes of speech and their subtitles. The same words come round twice a minute. */
export async function makeTenMinutes(directory: string): Promise<TenMinutes> {
  const { wavPath, cues, durationSeconds } = await makeSpokenRecording(SENTENCES, directory);
  const mp3 = join(directory, 'ten-minutes.mp3');
  const flac = join(directory, 'ten-minutes.flac');
  const ffmpeg = Bun.spawn(
    [
      ...'ffmpeg -nostdin -loglevel error -y -stream_loop -1 -i'.split(' '),
      wavPath,
      ...`-t ${SECONDS} -ar 44100 -ac 2 -c:a libmp3lame -b:a 128k`.split(' '),
      mp3,
      ...`-t ${SECONDS} -ar 44100 -ac 2 -c:a flac`.split(' '),
      flac,
    ],
    { stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' },
  );
  if ((await ffmpeg.exited) !== 0) throw new Error('ffmpeg could not make the recordings');

  const lines = ['WEBVTT', ''];
  for (let round = 0; round * durationSeconds < SECONDS; round++) {
    for (const { startSeconds, endSeconds, text } of cues) {
      const offset = round * durationSeconds;
      if (offset + endSeconds > SECONDS) break;
      lines.push(`${clock(offset + startSeconds)} --> ${clock(offset + endSeconds)}`, text, '');
    }
  }
  const subtitles = join(directory, 'ten-minutes.vtt');
  await Bun.write(subtitles, lines.join('\n'));
  return { mp3, flac, subtitles };
}

const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 23);
