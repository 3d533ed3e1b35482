import { NexusError } from '@nexus/shared/platform';

/** What yt-dlp says when a page is none of its own: then it may still be read as an article. */
const NOT_A_RECORDING =
  /Unsupported URL|No suitable (?:extractor|InfoExtractor)|no media found|There(?:'|’)s no video|No video (?:could be )?found|not a (?:video|valid URL)/i;

/**
 * First match counts, so the narrow stands before the wide: "Sign in to confirm your age" is about age. Its texts are no
 * interface, so whatever is not recognised keeps a general answer.
 */
const MEANINGS: readonly {
  sign: RegExp;
  code: 'upstream-refused' | 'upstream-limited' | 'upstream-down';
  detail: string;
}[] = [
  {
    sign: /\bDRM\b|protected by digital rights/i,
    code: 'upstream-refused',
    detail: 'This recording is protected against copying (DRM). It cannot be fetched.',
  },
  {
    sign: /confirm your age|age[- ](?:restrict|limit|gate|verif)|inappropriate for some users/i,
    code: 'upstream-refused',
    detail: 'This recording is for adults only and wants a sign-in. Download it yourself and upload the file.',
  },
  {
    sign: /not a bot|unusual traffic|captcha/i,
    code: 'upstream-refused',
    detail:
      'The site takes this server for a robot and does not answer it. Download the recording yourself and upload the file.',
  },
  {
    sign: /geo[- ]?restrict|not (?:made this video )?available (?:in|from|for) your (?:country|location|region)|blocked (?:it )?in your country/i,
    code: 'upstream-refused',
    detail:
      'The site does not show this recording in the country of this server. Download it yourself and upload the file.',
  },
  {
    sign: /live event will begin|premieres? (?:in|will)|is offline|not currently live|has not (?:yet )?started|upcoming/i,
    code: 'upstream-refused',
    detail: 'This has not begun yet. Add the link again when it is over.',
  },
  {
    sign: /live ?stream|\bis live\b|does not pass filter \(!is_live/i,
    code: 'upstream-refused',
    detail: 'This is a live stream, which has no end. Add the link again when it is over.',
  },
  {
    sign: /private (?:video|recording|track|content)|video is private|is private\b/i,
    code: 'upstream-refused',
    detail: 'This recording is private. Ask its owner for the file, and upload that.',
  },
  {
    sign: /log ?in\b|logged[- ]in|sign(?:ed)? in\b|--cookies|--username|password|registered users|members[- ]only|subscri(?:be|ption)|premium|HTTP Error 40[13]/i,
    code: 'upstream-refused',
    detail: 'The page wants a sign-in. Download the recording yourself and upload the file.',
  },
  {
    sign: /has been (?:removed|deleted|terminated)|was (?:removed|deleted)|no longer (?:available|exists)|does(?:n't| not) exist|video (?:is )?unavailable|not found|HTTP Error (?:404|410)/i,
    code: 'upstream-refused',
    detail: 'Nothing is there any more: the recording was removed, or the link is not complete.',
  },
  {
    sign: /HTTP Error 429|too many requests|rate.?limit/i,
    code: 'upstream-limited',
    detail: 'The site asks to slow down.',
  },
  {
    sign: /HTTP Error 5\d\d|timed? ?out|connection (?:reset|refused|aborted|broken)|remote end closed|IncompleteRead|Temporary failure|network is unreachable|bytes read/i,
    code: 'upstream-down',
    detail: 'The site cannot be reached right now.',
  },
];

/** Thrown by a run whose page yt-dlp does not know. */
export class NotARecording extends Error {
  override readonly name = 'NotARecording';
}

/** What a failed run means to the person whose link it was. The words themselves go to the log only. */
export function ytDlpProblem(stderrTail: string): NexusError | NotARecording {
  const said = stderrTail
    .split('\n')
    .filter((line) => line.startsWith('ERROR'))
    .join('\n');
  const cause = stderrTail;
  if (said.includes('No space left on device')) return new NexusError('no-space', 'The disk is full.', { cause });
  if (/File too large|larger than max-filesize/i.test(said)) {
    return new NexusError('too-large', 'This recording is larger than the limit.', { cause });
  }
  if (NOT_A_RECORDING.test(said)) return new NotARecording(said);
  const meaning = MEANINGS.find(({ sign }) => sign.test(said));
  if (meaning) return new NexusError(meaning.code, meaning.detail, { cause });
  return new NexusError(
    'upstream-refused',
    'yt-dlp could not read this page. If others of the site fail too, it is too old: update it (`nexus doctor` tells how), then try again.',
    { cause },
  );
}
