import { join } from 'node:path';
import { NexusError } from '@nexus/shared/platform';

export interface SpeechModel {
  name: string;
  sizeBytes: number;
  sha256: string;
  /** For people who choose: what it is good for. */
  description: string;
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

/** ggml's magic number 0x67676d6c as it stands in a file. */
const MAGIC = 'lmgg';

/** `<models>/ggml-<name>.bin`. Also for models that are not in the list, which people may put there themselves. */
export function modelPath(directory: string, name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name))
    throw new NexusError('invalid-input', `“${name}” cannot be the name of a speech model.`);
  return join(directory, `ggml-${name}.bin`);
}

/** Whether a model is there and begins as one; its checksum was checked when it was pulled. */
export async function hasModel(directory: string, name: string): Promise<boolean> {
  const file = Bun.file(modelPath(directory, name));
  return (await file.exists()) && (await file.slice(0, 4).text()) === MAGIC;
}

/** The largest model of the list that is there: whoever pulled it wanted it used. */
export async function bestModel(directory: string): Promise<string | null> {
  for (const { name } of SPEECH_MODELS.toReversed()) if (await hasModel(directory, name)) return name;
  return null;
}
