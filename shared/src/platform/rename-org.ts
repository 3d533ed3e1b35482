import type { Context } from './context.ts';
import type { Org, OrgChange } from './contracts.ts';
import { readOrg } from './get-org.ts';
import { recordAct } from './record-act.ts';
import { requireScope } from './roles.ts';

export async function renameOrg(ctx: Context, { name }: OrgChange): Promise<Org> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const before = await readOrg(tx, ctx.orgId);
    await tx.updateTable('orgs').set({ name }).where('id', '=', ctx.orgId).execute();
    await recordAct(tx, ctx, {
      action: 'platform.rename-org',
      subjectKind: 'org',
      subjectId: ctx.orgId,
      details: { from: before.name, to: name },
    });
    return { ...before, name };
  });
}
