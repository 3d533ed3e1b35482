export type SourceChoice = 'microphone' | 'tab' | 'both';

/** Why there is nothing to record, each with words of its own. */
export type SourceProblem = 'insecure' | 'unsupported' | 'denied' | 'no-device' | 'busy' | 'no-shared-sound';

export class NoSource extends Error {
  override readonly name = 'NoSource';

  constructor(
    readonly problem: SourceProblem,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }
}

export interface SoundSource {
  /** One track with all that is to be heard. */
  stream: MediaStream;
  /** Loudness now: 0 is silence or −60 dB and less, 1 full scale. */
  level(): number;
  /** Called once when nothing more can come: unplugged, or sharing stopped. */
  onEnded(listener: () => void): void;
  close(): void;
}

/** What this browser can share at all; phones offer the microphone only. */
export const canShareSound = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === 'function';

/** Asks the person for the sound. Throws `NoSource`. */
export async function openSound(choice: SourceChoice, deviceId: string | undefined): Promise<SoundSource> {
  if (!window.isSecureContext) throw new NoSource('insecure');
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === 'undefined') throw new NoSource('unsupported');
  const inputs: MediaStream[] = [];
  try {
    // Sharing first: browsers want it right after the click.
    if (choice !== 'microphone') inputs.push(await openShared());
    if (choice !== 'tab') inputs.push(await openMicrophone(deviceId));
  } catch (error) {
    for (const input of inputs) stop(input);
    throw error instanceof DOMException ? problemOf(error) : error;
  }
  return mix(inputs);
}

/** Echo and noise are left to the browser: speech is understood better with its cleaning than without. */
function openMicrophone(deviceId: string | undefined): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ audio: deviceId ? { deviceId: { ideal: deviceId } } : true });
}

async function openShared(): Promise<MediaStream> {
  // A picture has to be asked for, or browsers refuse; nothing of it is recorded.
  const shared = await navigator.mediaDevices.getDisplayMedia({
    video: true,
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    // Known to Chromium only: offers the sound of the whole machine too.
    systemAudio: 'include',
  } as DisplayMediaStreamOptions & { systemAudio: 'include' });
  if (shared.getAudioTracks().length > 0) return shared;
  stop(shared);
  throw new NoSource('no-shared-sound');
}

function problemOf(error: DOMException): NoSource {
  const cause = { cause: error };
  if (error.name === 'NotAllowedError' || error.name === 'SecurityError') return new NoSource('denied', cause);
  if (error.name === 'NotFoundError' || error.name === 'OverconstrainedError') return new NoSource('no-device', cause);
  return new NoSource('busy', cause);
}

function mix(inputs: readonly MediaStream[]): SoundSource {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  const output = new MediaStreamAudioDestinationNode(context);
  for (const input of inputs) {
    const source = context.createMediaStreamSource(new MediaStream(input.getAudioTracks()));
    source.connect(analyser);
    if (inputs.length > 1) source.connect(output);
  }
  const samples = new Float32Array(analyser.fftSize);
  const tracks = inputs.flatMap((input) => input.getAudioTracks());

  return {
    // A single input is recorded as it comes: no clock but its own can stop it.
    stream: inputs.length > 1 ? output.stream : new MediaStream(tracks),
    level() {
      analyser.getFloatTimeDomainData(samples);
      return loudness(samples);
    },
    onEnded(listener) {
      const check = () => tracks.every(({ readyState }) => readyState === 'ended') && listener();
      for (const track of tracks) track.addEventListener('ended', check);
    },
    close() {
      for (const input of inputs) stop(input);
      void context.close();
    },
  };
}

/** Root mean square in decibels, −60 dB to 0 as 0 to 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 20 * Math.log10(Math.sqrt(sum / samples.length));
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
