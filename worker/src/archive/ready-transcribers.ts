import type { WorkerPorts } from '../platform/ports.ts';
import { connectionsOf } from '../platform/connections.ts';
import { findTranscriber, type Transcriber, TRANSCRIBERS, type TranscriberConfig } from './transcribers/index.ts';

export interface TranscriberChoice {
  transcriber: Transcriber;
  config: TranscriberConfig;
  label: string;
}

/** What an organisation can transcribe with now, the preferred one first; else why nothing can. */
export async function readyTranscribers(
  ports: Pick<WorkerPorts, 'db' | 'vault' | 'keys' | 'modelsDirectory'>,
  orgId: string,
): Promise<{ ready: TranscriberChoice[]; detail: string }> {
  const configured = (await connectionsOf(ports, orgId, 'transcriber')).map((connection) => ({
    transcriber: findTranscriber(connection.adapter),
    config: { settings: connection.settings, credentials: connection.credentials },
    label: connection.label,
  }));
  // Those that need no account work as soon as their model is there, connected or not.
  const unconfigured = TRANSCRIBERS.filter(({ id }) => id === 'whisper-local').map((transcriber) => ({
    transcriber,
    config: { settings: {}, credentials: {} },
    label: transcriber.label,
  }));

  const ready: TranscriberChoice[] = [];
  const missing: string[] = [];
  for (const choice of [...configured, ...unconfigured]) {
    const availability = await choice.transcriber.available(choice.config, { modelsDirectory: ports.modelsDirectory });
    if (availability.ok) ready.push(choice);
    else missing.push(availability.detail);
  }
  return { ready, detail: missing[0] ?? 'No transcriber is set up.' };
}
