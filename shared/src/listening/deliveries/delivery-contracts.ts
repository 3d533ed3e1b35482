import { z } from 'zod';
import { TimeZone } from '../../platform/time-zone.ts';
import { PageQuery } from '../../platform/cursor.ts';
import { OPPORTUNITY_COLUMNS } from './opportunity-columns.ts';

const Problem = z.object({ code: z.string(), detail: z.string() });
const Label = z.string().trim().min(1).max(120);

export const OpportunityColumn = z.enum(OPPORTUNITY_COLUMNS);
export type OpportunityColumn = z.infer<typeof OpportunityColumn>;

/** Which opportunities are told, and where to. Kept in `delivery_targets.settings`. */
export const TargetSettings = z.strictObject({
  onRun: z
    .boolean()
    .default(true)
    .describe('Tell when a run has finished, or when something new is in its way; a sheet gets its opportunities'),
  each: z.boolean().default(false).describe('One message for each new opportunity, at most topCount a run'),
  topCount: z.int().min(0).max(20).default(5).describe('The most valuable ones of a message'),
  minValue: z.number().min(0).max(100).default(0).describe('Opportunities of a lower value are not told'),
  columns: z
    .array(OpportunityColumn)
    .min(1)
    .max(OPPORTUNITY_COLUMNS.length)
    .refine((columns) => new Set(columns).size === columns.length, 'A column is chosen once')
    .default(['value', 'intent', 'author', 'text', 'url', 'postedAt', 'reason', 'reply', 'state', 'link'])
    .describe('Of a sheet, in this order'),
  address: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("What the adapter's addressSchema asks for: a channel, a spreadsheet, receivers"),
});
export type TargetSettings = z.infer<typeof TargetSettings>;

const Cron = z
  .string()
  .trim()
  .max(120)
  .nullable()
  .describe('Five fields: when a digest is sent, or a sheet is written anew; null: never by the clock');

export const NewDeliveryTarget = z.strictObject({
  adapter: z.string().min(1).max(100).describe('Id of a notifier or exporter in the catalogue'),
  label: Label,
  campaignId: z.uuid().nullable().default(null).describe('null: the opportunities of every campaign'),
  credentialId: z.uuid().nullable().default(null).describe('The connection it goes through'),
  settings: TargetSettings.prefault({}),
  cron: Cron.default(null),
  timeZone: TimeZone.default('UTC'),
});
export type NewDeliveryTarget = z.infer<typeof NewDeliveryTarget>;

export const DeliveryTargetChange = z.strictObject({
  label: Label.optional(),
  campaignId: z.uuid().nullable().optional(),
  credentialId: z.uuid().nullable().optional(),
  settings: TargetSettings.optional().describe('Replaced as a whole'),
  cron: Cron.optional(),
  timeZone: TimeZone.optional(),
  isEnabled: z.boolean().optional(),
});
export type DeliveryTargetChange = z.infer<typeof DeliveryTargetChange>;

/** Changes come on `org:<orgId>:listening` as delivery-target.created, delivery-target.changed, delivery-target.deleted. */
export const DeliveryTarget = z.object({
  id: z.uuid(),
  kind: z.enum(['notifier', 'exporter']).nullable().describe('null: the worker no longer has this adapter'),
  adapter: z.string(),
  adapterLabel: z.string(),
  label: z.string(),
  campaignId: z.uuid().nullable(),
  campaignName: z.string().nullable(),
  credentialId: z.uuid().nullable(),
  settings: TargetSettings,
  cron: z.string().nullable(),
  timeZone: z.string(),
  nextDigestAt: z.iso.datetime().nullable(),
  isEnabled: z.boolean(),
  state: z.enum(['new', 'good', 'failed']).describe('How the last delivery went'),
  problem: Problem.nullable(),
  lastDeliveredAt: z.iso.datetime().nullable(),
  /** On their way. */
  waitingCount: z.int(),
  failedCount: z.int(),
  unconfirmedCount: z.int(),
  createdAt: z.iso.datetime(),
});
export type DeliveryTarget = z.infer<typeof DeliveryTarget>;

export const DeliveryState = z.enum(['waiting', 'armed', 'done', 'skipped', 'failed', 'unconfirmed']);
export type DeliveryState = z.infer<typeof DeliveryState>;

export const DeliverySubject = z.enum(['run', 'opportunity', 'digest', 'export', 'test']);
export type DeliverySubject = z.infer<typeof DeliverySubject>;

/** One thing told to one target. */
export const Delivery = z.object({
  id: z.uuid(),
  targetId: z.uuid(),
  targetLabel: z.string(),
  adapter: z.string(),
  subject: DeliverySubject,
  subjectKey: z.string().describe('Id of the run or opportunity; of a digest, until when it tells'),
  runId: z.uuid().nullable(),
  campaignName: z.string().nullable(),
  state: DeliveryState.describe(
    'armed: being sent; skipped: nothing to tell; unconfirmed: nobody knows whether it arrived',
  ),
  attempts: z.int(),
  remoteId: z.string().nullable().describe('What it is there: the timestamp of a message, rows, a Message-ID'),
  problem: Problem.nullable(),
  retryAt: z.iso.datetime().nullable(),
  deliveredAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryQuery = PageQuery.extend({
  target: z.uuid().optional(),
  run: z.uuid().optional(),
  state: DeliveryState.optional(),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

/** The newest first. */
export const DeliveryPage = z.object({ deliveries: z.array(Delivery), nextCursor: z.string().nullable() });
export type DeliveryPage = z.infer<typeof DeliveryPage>;

export const DeliveryConfirmation = z.strictObject({
  arrived: z.boolean().describe('true: it is there; false: it is not, and is sent again'),
});
export type DeliveryConfirmation = z.infer<typeof DeliveryConfirmation>;
