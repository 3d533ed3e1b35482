import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { NexusError } from '@nexus/shared/platform';
import { hasModel, modelFile, modelPath, MODELS_URL, SPEECH_MODELS, type SpeechModel, VOICE_MODELS } from './models.ts';

export interface PullOptions {
  signal: AbortSignal;
  /** A mirror with the same file names. */
  baseUrl?: string;
  onProgress?: (progress: { receivedBytes: number; totalBytes: number }) => void;
  /** The list to choose from; tests have a smaller one. */
  models?: readonly SpeechModel[];
}

/**
 * Fetches a speech model into the directory. It goes on where an earlier attempt stopped (`.part`), checks size
 * and SHA-256, and appears under its name only when whole. Does nothing when it is there. Returns its path.
 * Errors: `not-found` (no such model), `canceled`, `upstream-down`, `upstream-refused`, `no-space`.
 */
export async function pullModel(name: string, directory: string, options: PullOptions): Promise<string> {
  const { models = [...SPEECH_MODELS, ...VOICE_MODELS] } = options;
  const model = models.find((candidate) => candidate.name === name);
  if (!model)
    throw new NexusError(
      'not-found',
      `There is no speech model “${name}”. There are: ${models.map((known) => known.name).join(', ')}.`,
    );
  const target = modelPath(directory, name);
  if (await hasModel(directory, name)) return target;

  await mkdir(directory, { recursive: true });
  const part = `${target}.part`;
  const { baseUrl = model.source ? null : MODELS_URL } = options;
  const url = baseUrl === null ? model.source!.url : `${baseUrl}/${modelFile(name)}`;
  await download(url, part, model, options);
  if ((await sha256(part, options.signal)) !== model.sha256) {
    await rm(part);
    throw new NexusError(
      'upstream-refused',
      `The speech model “${name}” arrived damaged (wrong checksum) and was removed. Pull it again.`,
    );
  }
  await rename(part, target);
  return target;
}

async function download(
  url: string,
  part: string,
  model: SpeechModel,
  { signal, onProgress }: PullOptions,
): Promise<void> {
  const have = await sizeOf(part);
  if (have === model.sizeBytes) return;
  const resumeAt = have < model.sizeBytes ? have : 0;
  const response = await request(url, resumeAt, signal);
  // 206 continues what is there; a server that knows no ranges answers 200 with everything from the start.
  const startAt = response.status === 206 ? resumeAt : 0;
  const file = await open(part, startAt > 0 ? 'a' : 'w');
  let receivedBytes = startAt;
  try {
    for await (const chunk of response.body ?? []) {
      receivedBytes += chunk.byteLength;
      if (receivedBytes > model.sizeBytes)
        throw new NexusError('upstream-refused', `${new URL(url).host} sent more than the model's size.`);
      await file.write(chunk);
      onProgress?.({ receivedBytes, totalBytes: model.sizeBytes });
    }
  } catch (error) {
    throw pullProblem(error, url, signal);
  } finally {
    await file.close();
  }
  if (receivedBytes < model.sizeBytes) {
    throw new NexusError('upstream-down', `${new URL(url).host} broke off. Pull again to go on from where it stopped.`);
  }
}

async function request(url: string, resumeAt: number, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = resumeAt > 0 ? { range: `bytes=${resumeAt}-` } : {};
  const response = await fetch(url, { headers, signal }).catch((error: unknown) => {
    throw pullProblem(error, url, signal);
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const detail = `${new URL(url).host} answered ${response.status} for the speech model.`;
  throw new NexusError(
    response.status >= 500 || response.status === 429 ? 'upstream-down' : 'upstream-refused',
    detail,
  );
}

function pullProblem(error: unknown, url: string, signal: AbortSignal): unknown {
  if (error instanceof NexusError) return error;
  if (signal.aborted)
    return new NexusError('canceled', 'Canceled. What was fetched is kept for the next time.', { cause: error });
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC')
    return new NexusError('no-space', 'The disk is full. Free some space and pull again.', { cause: error });
  return new NexusError(
    'upstream-down',
    `${new URL(url).host} could not be reached or broke off. Pull again to go on.`,
    { cause: error },
  );
}

async function sha256(path: string, signal: AbortSignal): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256');
  for await (const chunk of Bun.file(path).stream()) {
    if (signal.aborted) throw new NexusError('canceled', 'Canceled. What was fetched is kept for the next time.');
    hasher.update(chunk);
  }
  return hasher.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return (await Bun.file(path).exists()) ? (await stat(path)).size : 0;
}
