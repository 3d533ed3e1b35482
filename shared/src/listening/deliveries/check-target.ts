import { z } from 'zod';
import type { Tx } from '../../platform/database.ts';
import { NexusError } from '../../platform/errors.ts';
import { fieldsOf } from '../../platform/fields.ts';
import type { NewDeliveryTarget, TargetSettings } from './delivery-contracts.ts';

/** What notifiers and exporters put into their catalogue entry's `limits`. */
export const OutletLimits = z.object({
  addressSchema: z.record(z.string(), z.unknown()).describe('JSON Schema of what a target says about where to'),
  needsConnection: z.boolean(),
});

type Checked = Pick<NewDeliveryTarget, 'adapter' | 'campaignId' | 'credentialId' | 'settings'>;

/** The settings with the defaults of the adapter's address. Throws `invalid-input` naming the field that does not fit. */
export async function checkTarget(tx: Tx, orgId: string, target: Checked): Promise<TargetSettings> {
  const entry = await tx
    .selectFrom('catalogue')
    .select(['kind', 'label', 'limits'])
    .where('id', '=', target.adapter)
    .where('kind', 'in', ['notifier', 'exporter'])
    .executeTakeFirst();
  if (!entry) throw wrong('adapter', `There is no notifier or exporter called ${target.adapter}.`);
  const { addressSchema, needsConnection } = OutletLimits.parse(entry.limits);

  if (target.credentialId === null) {
    if (needsConnection) throw wrong('credentialId', `${entry.label} needs a connection. Add one first.`);
  } else await requireCredential(tx, orgId, target.credentialId, entry.kind, target.adapter);
  if (target.campaignId !== null) await requireCampaign(tx, orgId, target.campaignId);

  const closed = { type: 'object', additionalProperties: false, ...addressSchema };
  const address = z.fromJSONSchema(closed as Parameters<typeof z.fromJSONSchema>[0]).safeParse(target.settings.address);
  if (address.success) return { ...target.settings, address: address.data as Record<string, unknown> };
  throw new NexusError('invalid-input', 'This does not lead anywhere. Check the marked fields.', {
    fields: wordsFor(fieldsOf(address.error, 'settings.address'), addressSchema),
  });
}

/** A pattern says nothing to a reader; what the field asks for does. */
function wordsFor(fields: Record<string, string[]>, schema: Record<string, unknown>): Record<string, string[]> {
  const properties = Properties.parse(schema.properties ?? {});
  return Object.fromEntries(
    Object.entries(fields).map(([path, problems]) => {
      const description = properties[path.split('.').at(-1) ?? '']?.description;
      return [path, description === undefined ? problems : [`This does not fit. ${description}`]];
    }),
  );
}

const Properties = z.record(z.string(), z.object({ description: z.string().optional() }));

async function requireCredential(tx: Tx, orgId: string, id: string, kind: string, adapter: string): Promise<void> {
  const credential = await tx
    .selectFrom('credentials')
    .select('id')
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('adapter', '=', adapter)
    .executeTakeFirst();
  if (!credential) throw wrong('credentialId', 'There is no such connection of this adapter.');
}

async function requireCampaign(tx: Tx, orgId: string, id: string): Promise<void> {
  const campaign = await tx
    .selectFrom('campaigns')
    .select('id')
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  if (!campaign) throw wrong('campaignId', 'There is no such campaign.');
}

const wrong = (field: string, detail: string): NexusError =>
  new NexusError('invalid-input', detail, { fields: { [field]: [detail] } });
