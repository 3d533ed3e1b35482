/** How much memory the server takes more while a large upload passes through it. */
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadFile } from '../../cli/src/archive/upload-file.ts';
import { firstOwner, startNexus } from '../../cli/test/running/start-nexus.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { canReadProcesses, forgetPeak, peakMb, residentMb } from './process-tree.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SIZE_BYTES = 1024 ** 3;
const SETTLING_MS = 5000;

export async function measureUpload(): Promise<readonly Figure[] | string> {
  if (!canReadProcesses) return 'memory is read from /proc, which only Linux has';
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'large.bin');
  await Bun.write(file, '');
  await truncate(file, SIZE_BYTES);
  await using nexus = await startNexus();
  const { client } = await firstOwner(nexus);
  await Bun.sleep(SETTLING_MS);

  const beforeMb = residentMb(nexus.pid);
  await forgetPeak(nexus.pid);
  const startedAt = performance.now();
  await uploadFile(client, file, () => undefined);
  const seconds = (performance.now() - startedAt) / 1000;
  const growthMb = peakMb(nexus.pid) - beforeMb;
  return [
    figure(
      'upload-memory-growth',
      growthMb,
      'MB',
      1,
      `highest VmRSS while 1 GiB came in by TUS through the web's port, over ${beforeMb.toFixed(0)} MB before; ${seconds.toFixed(1)} s, parts of 6 MB`,
      0,
    ),
  ];
}
