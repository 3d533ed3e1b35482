import { SAMPLE_RATE } from './wav.ts';
import { writeOnnx } from './onnx-file.ts';

/** The two “voices” the models tell apart: pure tones, in Hz. */
export const LOW_VOICE = 220;
export const HIGH_VOICE = 1760;

const WINDOW_SAMPLES = 160_000;
const FRAME_SAMPLES = 991;
const FRAME_SHIFT = 270;
const CLASSES = 7;
const MELS = 80;

/**
 * A network with the inputs, outputs and metadata of pyannote segmentation 3.0 that knows two tones: their strength in each
 * frame decides who speaks. So the real engine can be driven, windows and clustering included, without its weights.
 */
export function makeSegmentationModel(): Uint8Array {
  const filters = new Float32Array(4 * FRAME_SAMPLES);
  [LOW_VOICE, HIGH_VOICE].forEach((hertz, voice) => {
    for (let i = 0; i < FRAME_SAMPLES; i++) {
      const angle = (2 * Math.PI * hertz * i) / SAMPLE_RATE;
      filters[2 * voice * FRAME_SAMPLES + i] = (2 / FRAME_SAMPLES) * Math.cos(angle);
      filters[(2 * voice + 1) * FRAME_SAMPLES + i] = (2 / FRAME_SAMPLES) * Math.sin(angle);
    }
  });
  // Classes: nobody, the first, the second, the third, and pairs of them.
  const weights = new Float32Array(CLASSES * 4);
  weights.set([1000, 1000, 0, 0], 4);
  weights.set([0, 0, 1000, 1000], 8);
  return writeOnnx({
    input: { name: 'x', shape: ['N', 1, 'T'] },
    output: { name: 'y', shape: ['N', 'F', CLASSES] },
    tensors: [
      { name: 'filters', shape: [4, 1, FRAME_SAMPLES], values: filters },
      { name: 'weights', shape: [CLASSES, 4, 1], values: weights },
      { name: 'bias', shape: [CLASSES], values: Float32Array.of(0, -1, -1, -100, -100, -100, -100) },
    ],
    nodes: [
      { type: 'Conv', inputs: ['x', 'filters'], output: 'heard', attributes: { strides: [FRAME_SHIFT] } },
      { type: 'Mul', inputs: ['heard', 'heard'], output: 'strength' },
      { type: 'Conv', inputs: ['strength', 'weights', 'bias'], output: 'scores' },
      { type: 'Transpose', inputs: ['scores'], output: 'y', attributes: { perm: [0, 2, 1] } },
    ],
    metadata: {
      model_type: 'pyannote-segmentation-3.0',
      sample_rate: SAMPLE_RATE,
      window_size: WINDOW_SAMPLES,
      receptive_field_size: FRAME_SAMPLES,
      receptive_field_shift: FRAME_SHIFT,
      num_speakers: 3,
      powerset_max_classes: 2,
      num_classes: CLASSES,
    },
  });
}

/** A network with the outside of a speaker embedding model: the voice is its average spectrum, less what all bands share. */
export function makeVoiceModel(): Uint8Array {
  return writeOnnx({
    input: { name: 'x', shape: ['N', 'T', MELS] },
    output: { name: 'embedding', shape: ['N', MELS] },
    tensors: [],
    nodes: [
      { type: 'ReduceMean', inputs: ['x'], output: 'bands', attributes: { axes: [1], keepdims: 0 } },
      { type: 'ReduceMean', inputs: ['bands'], output: 'level', attributes: { axes: [1], keepdims: 1 } },
      { type: 'Sub', inputs: ['bands', 'level'], output: 'embedding' },
    ],
    metadata: {
      framework: 'wespeaker',
      language: 'English',
      url: 'made by a test',
      comment: 'made by a test',
      sample_rate: SAMPLE_RATE,
      output_dim: MELS,
      normalize_samples: 1,
      feature_normalize_type: '',
    },
  });
}

/** Seconds of a voice in turn with a short silence between. */
export function tones(...turns: readonly [hertz: number, seconds: number][]): Int16Array[] {
  return turns.flatMap(([hertz, seconds]) => [
    Int16Array.from({ length: Math.round(seconds * SAMPLE_RATE) }, (_, i) =>
      hertz === 0 ? 0 : Math.sin((2 * Math.PI * hertz * i) / SAMPLE_RATE) * 8000,
    ),
    new Int16Array(SAMPLE_RATE / 4),
  ]);
}
