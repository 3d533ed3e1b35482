import type { Context } from './context.ts';
import type { OrgRemoval } from './contracts.ts';
import { isProblem, NexusError } from './errors.ts';
import { readOrg } from './get-org.ts';
import { requireScope } from './roles.ts';

/**
 * Deletes the organisation with everything in it, its files included. Owners only, and never with a key: a key that leaks
 * must not be able to end its organisation. Throws `invalid-input` when the typed name differs.
 */
export async function deleteOrg(ctx: Context, { confirmName }: OrgRemoval): Promise<void> {
  requireScope(ctx.actor, 'platform:admin');
  if (ctx.actor.kind !== 'user' || ctx.actor.role !== 'owner') {
    throw new NexusError('forbidden', 'Only an owner who is signed in can delete the organisation.');
  }

  await ctx.db.transaction().execute(async (tx) => {
    const org = await readOrg(tx, ctx.orgId);
    if (confirmName.trim() !== org.name) {
      const detail = `Type the organisation's name, ${org.name}, to delete it.`;
      throw new NexusError('invalid-input', detail, { fields: { confirmName: [detail] } });
    }
    await tx.deleteFrom('orgs').where('id', '=', ctx.orgId).execute();
  });
  // After the rows: files without rows are out of everyone's reach, rows without files would be broken in plain sight.
  try {
    await ctx.storage.removeAll(ctx.orgId);
  } catch (error) {
    if (!isProblem(error, 'upstream-down', 'upstream-refused')) throw error;
    ctx.log.set({ filesLeft: ctx.orgId, cause: error });
  }
}
