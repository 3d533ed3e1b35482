import { join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';

export interface SpeechModel {
  name: string;
  sizeBytes: number;
  sha256: string;
  /** For people who choose: what it is good for. */
  description: string;
  /** Where it comes from and what it is called here, unless it is one of whisper.cpp's. */
  source?: { url: string; file: string };
}

/** Where whisper.cpp's authors publish their models (MIT). A mirror can be given instead. */
export const MODELS_URL = 'https://huggingface.co/ggerganov/whisper.cpp/resolve/main';

/** whisper.cpp's multilingual models, smallest first. Sizes and checksums as the host's file pointers state them. */
export const SPEECH_MODELS: readonly SpeechModel[] = [
  {
    name: 'tiny',
    sizeBytes: 77_691_713,
    sha256: 'be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21',
    description: 'Fastest, for clear English',
  },
  {
    name: 'base',
    sizeBytes: 147_951_465,
    sha256: '60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe',
    description: 'Fast, good for clear speech',
  },
  {
    name: 'small',
    sizeBytes: 487_601_967,
    sha256: '1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b',
    description: 'Good in most languages',
  },
  {
    name: 'medium',
    sizeBytes: 1_533_763_059,
    sha256: '6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208',
    description: 'Very good, slow without many cores',
  },
  {
    name: 'large-v3-turbo',
    sizeBytes: 1_624_555_275,
    sha256: '1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69',
    description: 'Best, needs 4 GB of memory',
  },
];

/**
 * Networks for what is beside the words, run by sherpa-onnx: where somebody speaks, where another begins, whose voice it is.
 * All may be used freely (MIT, Apache-2.0). Sizes and checksums as several projects that pin these files state them.
 */
export const VOICE_MODELS: readonly SpeechModel[] = [
  {
    name: 'voice-activity',
    sizeBytes: 1_807_522,
    sha256: 'a35ebf52fd3ce5f1469b2a36158dba761bc47b973ea3382b3186ca15b1f5af28',
    description: 'Tells speech from music and noise (Silero)',
    source: {
      url: 'https://huggingface.co/csukuangfj/vad/resolve/fba88cd2e921609e7675c3aaf51e0b9b295da4bc/silero_vad.onnx',
      file: 'silero_vad.onnx',
    },
  },
  {
    name: 'speaker-changes',
    sizeBytes: 5_992_913,
    sha256: '220ad67ca923bef2fa91f2390c786097bf305bceb5e261d4af67b38e938e1079',
    description: 'Hears where another speaker begins (pyannote segmentation 3.0)',
    source: {
      url: 'https://huggingface.co/csukuangfj/sherpa-onnx-pyannote-segmentation-3-0/resolve/9403a6902bb58e3d5ae8c7e77c3422de279db2e0/model.onnx',
      file: 'pyannote-segmentation-3.0.onnx',
    },
  },
  {
    name: 'speaker-voices',
    sizeBytes: 28_281_164,
    sha256: 'aa3cfc16963a10586a9393f5035d6d6b57e98d358b347f80c2a30bf4f00ceba2',
    description: 'Tells voices apart (3D-Speaker CAM++)',
    source: {
      url: 'https://huggingface.co/csukuangfj/speaker-embedding-models/resolve/0743f301363dec56491a490f6d6cbc9d67f9a3bf/3dspeaker_speech_campplus_sv_zh_en_16k-common_advanced.onnx',
      file: '3dspeaker-campplus-zh-en.onnx',
    },
  },
];

/** Names under which several models are pulled together. */
export const MODEL_SETS: Readonly<Record<string, readonly string[]>> = {
  speakers: ['speaker-changes', 'speaker-voices'],
};

/** ggml's magic number 0x67676d6c as it stands in a file. */
const MAGIC = 'lmgg';
/** ONNX files begin with the number of their first field. */
const ONNX_FIRST_BYTE = 0x08;

/** `<models>/ggml-<name>.bin` for whisper's, also those that people put there themselves; the others have names of their own. */
export function modelPath(directory: string, name: string): string {
  return join(directory, modelFile(name));
}

export function modelFile(name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name))
    throw new NexusError('invalid-input', `“${name}” cannot be the name of a speech model.`);
  return VOICE_MODELS.find((model) => model.name === name)?.source?.file ?? `ggml-${name}.bin`;
}

/** Whether a model is there and begins as one; its checksum was checked when it was pulled. */
export async function hasModel(directory: string, name: string): Promise<boolean> {
  const path = modelPath(directory, name);
  const file = Bun.file(path);
  if (!(await file.exists())) return false;
  if (!path.endsWith('.onnx')) return (await file.slice(0, 4).text()) === MAGIC;
  return (await file.slice(0, 1).bytes())[0] === ONNX_FIRST_BYTE;
}

/** The largest model of the list that is there: whoever pulled it wanted it used. */
export async function bestModel(directory: string): Promise<string | null> {
  for (const { name } of SPEECH_MODELS.toReversed()) if (await hasModel(directory, name)) return name;
  return null;
}
