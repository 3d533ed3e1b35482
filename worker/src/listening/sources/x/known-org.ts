import { sql } from 'kysely';
import type { WorkerPorts } from '../../../platform/ports.ts';

/** An organisation through whose accounts X can be asked, and where its campaigns ask. */
export interface KnownOrg {
  readonly orgId: string;
  readonly baseUrl: string | undefined;
}

/**
 * One that searches X: a campaign of it does, and an account is fit to. Of several any, so that no account bears the checks of all.
 * With `orgId` this one, also without campaigns and accounts. Null: nobody would miss X.
 */
export async function knownOrg({ db }: Pick<WorkerPorts, 'db'>, orgId: string | null = null): Promise<KnownOrg | null> {
  const { rows } = await db.transaction().execute((tx) =>
    sql<{ org_id: string; base_url: string | null }>`
      select campaign.org_id, source.value -> 'settings' ->> 'baseUrl' as base_url
      from public.campaigns as campaign, jsonb_array_elements(campaign.sources) as source
      where source.value ->> 'source' = 'x' and not campaign.is_paused
        and (${orgId}::uuid is null or campaign.org_id = ${orgId}::uuid)
        and (${orgId}::uuid is not null or exists (
          select from public.accounts as account
          where account.org_id = campaign.org_id and account.network = 'x' and account.is_enabled and account.state = 'active'
        ))
      order by random() limit 1`.execute(tx),
  );
  const [row] = rows;
  if (row) return { orgId: row.org_id, baseUrl: row.base_url ?? undefined };
  return orgId === null ? null : { orgId, baseUrl: undefined };
}
