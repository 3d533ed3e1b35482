/**
 * Makes the sample that a new workspace offers: a short talk about Nexus by two of flite's voices, its exact subtitles, and a
 * note. Run `bun scripts/make-sample.ts` after changing the words; the results are kept in the repository.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeVtt } from '@nexus/shared/archive';
import { makeSpokenRecording, type Sentence } from '../worker/test/recordings/make-spoken-recording.ts';

const TARGET = join(import.meta.dir, '../worker/assets/sample');
const SPEAKERS: Record<string, string> = { slt: 'Guide', rms: 'Newcomer' };

const guide = (text: string, pauseSeconds = 0.35): Sentence => ({ text, voice: 'slt', pauseSeconds });
const newcomer = (text: string, pauseSeconds = 0.5): Sentence => ({ text, voice: 'rms', pauseSeconds });

/** Words a newcomer may search for: transcript, fingerprint, waveform, backup, colleague, answer. */
const TALK: Sentence[] = [
  newcomer('I have just opened Nexus. What can I do with it?'),
  guide('Nexus keeps your recordings and documents, and finds them again by what was said in them.'),
  guide('Drop a recording on the archive page, and you can watch every step while it is worked on.'),
  newcomer('Which steps are those?'),
  guide('First it makes a small copy that plays in your browser, and draws the waveform.'),
  guide('Then it takes an acoustic fingerprint, which is how the same talk is recognised in another file.'),
  guide('After that it writes the transcript: from subtitles, when there are some, or with a speech model.', 0.7),
  newcomer('What if I have no speech model yet?'),
  guide('Then the recording waits, says what is missing, and goes on by itself once you add a model or a key.'),
  newcomer('And how do I find one sentence in a hundred hours?'),
  guide('Ask in plain words on the search page. Every answer opens its recording at that very second.'),
  guide('Click on any line of a transcript, and the player jumps there.', 0.7),
  newcomer('Who else can see what I upload?'),
  guide('Only the members of your organisation. You invite colleagues by a link, and each of them has a role.'),
  newcomer('Thank you. Now I will try it with a recording of my own.'),
  guide('Please do. You can remove this sample with one click whenever you like.', 0.2),
];

const NOTE = `# Getting started with Nexus

This note and the short talk beside it are a sample. Explore them, then remove both with one click.

## Put something in

- Drop files on the archive page, several at once if you like: audio, video, subtitles, text, Markdown, HTML, PDF and Word documents.
- A subtitle file (SRT or VTT) dropped together with a recording of the same name becomes its transcript.
- A broken upload goes on where it stopped. One file may be as large as 5 GB.
- From a terminal: \`npm run -s nexus -- add talk.mp4 --wait\`.

## Watch it being worked on

Each item shows its steps with their progress. When something is missing, for example a speech model, the item waits and says what
would help: \`npm run -s nexus -- models pull base\` fetches a model that runs on this machine, and a key for a transcription service
works as well. Nothing has to be uploaded again.

## Find it

Search answers questions in plain words with passages from your archive. Try these on the sample:

- how is the same talk recognised in another file
- what happens without a speech model
- who can see what I upload

A passage from a recording opens the player at that second; a passage from a document opens at its paragraph.

## Work together

Invite colleagues by link from the organisation's settings. Viewers read, members add, admins invite, owners decide. What one
organisation keeps, no other organisation sees.
`;

const folder = await mkdtemp(join(tmpdir(), 'nexus-sample-'));
try {
  const { wavPath, cues, durationSeconds } = await makeSpokenRecording(TALK, folder);
  const audioPath = join(folder, 'talk.m4a');
  // 40 kbit/s is plenty for a voice that has nothing above 8 kHz, and makes 410 kB of 78 s.
  const encode = '-v error -c:a aac -b:a 40k -movflags +faststart -fflags +bitexact -flags +bitexact'.split(' ');
  const encoder = Bun.spawn(['ffmpeg', '-nostdin', '-i', wavPath, ...encode, audioPath], { stderr: 'inherit' });
  if ((await encoder.exited) !== 0) throw new Error('ffmpeg could not encode the talk.');

  const segments = cues.map(({ voice, ...cue }) => ({
    ...cue,
    kind: 'speech' as const,
    level: null,
    page: null,
    speaker: SPEAKERS[voice] ?? null,
  }));
  await Bun.write(join(TARGET, 'how-nexus-works.m4a'), Bun.file(audioPath));
  await Bun.write(join(TARGET, 'how-nexus-works.vtt'), writeVtt(segments));
  await Bun.write(join(TARGET, 'getting-started.md'), NOTE);
  console.log(JSON.stringify({ durationSeconds, sizeBytes: Bun.file(join(TARGET, 'how-nexus-works.m4a')).size }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
