import { removeFiles } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { handle } from '../platform/handle.ts';
import { removeItemDirectory } from './work-directory.ts';

/** A prefix is the folder of an item, an upload, a recording or an export: organisation, then one or two more parts. Anything shorter would take too much. */
const PREFIX = /^[0-9a-f-]{36}\/(?<folder>(?:uploads|recordings|exports)\/)?(?<id>[0-9a-f-]{36})\/$/;

/** Removes the files of something deleted. Safe to repeat: what is gone is gone. */
export default handle(removeFiles, async ({ orgId, prefix }, { storage, workDirectory }) => {
  const { folder, id } = PREFIX.exec(prefix)?.groups ?? {};
  if (!id || !prefix.startsWith(`${orgId}/`))
    throw new NexusError('invalid-input', `Not a folder of one item: ${prefix}`);

  await storage.removeAll(prefix);
  if (!folder) await removeItemDirectory(workDirectory, id);
});
