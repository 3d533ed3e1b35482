import { resumeWaiting, type StepName } from '@nexus/shared/archive';
import type { WorkerPorts } from '../platform/ports.ts';
import { hasYtDlp } from './links/yt-dlp.ts';
import { readyTranscribers } from './ready-transcribers.ts';

/** Looks at every organisation that waits. Run at start and every half minute: a model or a program may be there meanwhile. */
export async function resumeAllIfReady(ports: WorkerPorts): Promise<void> {
  const waiting = await ports.db
    .transaction()
    .execute((tx) =>
      tx.selectFrom('item_steps').select(['org_id', 'name']).distinct().where('state', '=', 'waiting').execute(),
    );
  for (const { org_id: orgId, name } of waiting) {
    if (!(await isReady(ports, orgId, name))) continue;
    await ports.db.transaction().execute((tx) => resumeWaiting(ports, tx, orgId, name as StepName));
  }
}

/** Each step waits for something of its own; taken up without it, it would only wait anew, twice a minute. */
async function isReady(ports: WorkerPorts, orgId: string, step: string): Promise<boolean> {
  if (step === 'acquire') return hasYtDlp(ports.ytDlp ?? 'yt-dlp');
  if (step === 'normalise') return Boolean(Bun.which('ffmpeg') && Bun.which('ffprobe'));
  const { ready } = await readyTranscribers(ports, orgId);
  return ready.length > 0;
}
