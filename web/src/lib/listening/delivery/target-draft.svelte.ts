import type { DeliveryTarget, OpportunityColumn } from '@nexus/shared/listening';
import { cronOf, type ScheduleChoice, scheduleOf } from '#lib/listening/campaigns/schedule-choice.ts';
import type { CatalogueEntry } from '@nexus/shared/platform';
import { type Draft, draftOf, fieldsOf, type SchemaField } from '#lib/platform/schema-fields.ts';

interface TargetValues extends ScheduleChoice {
  label: string;
  campaignId: string;
  credentialId: string;
  onRun: boolean;
  each: boolean;
  topCount: number;
  minValue: number;
  columns: OpportunityColumn[];
  address: Draft;
  timeZone: string;
}

const FIRST_COLUMNS: OpportunityColumn[] = [
  'value',
  'intent',
  'author',
  'text',
  'url',
  'postedAt',
  'reason',
  'reply',
  'state',
  'link',
];

/** A target as its form holds it. */
export class TargetDraft {
  values = $state() as TargetValues;
  readonly addressFields: SchemaField[];

  constructor(outlet: CatalogueEntry, target: DeliveryTarget | null, credentialId: string | null) {
    this.addressFields = fieldsOf(outlet.limits.addressSchema as Record<string, unknown>, false);
    this.values = {
      label: target?.label ?? outlet.label,
      campaignId: target?.campaignId ?? '',
      credentialId: credentialId ?? '',
      onRun: target?.settings.onRun ?? true,
      each: target?.settings.each ?? false,
      topCount: target?.settings.topCount ?? 5,
      minValue: target?.settings.minValue ?? 0,
      columns: target?.settings.columns ?? FIRST_COLUMNS,
      address: draftOf(this.addressFields, target?.settings.address ?? {}),
      // A day begins where its reader lives.
      timeZone: target?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...scheduleOf(target?.cron ?? null),
    };
  }

  get cron(): string | null {
    return cronOf(this.values);
  }

  /** What the API takes, but for the adapter. */
  toInput(address: Record<string, unknown>) {
    const { label, campaignId, credentialId, onRun, each, topCount, minValue, columns, timeZone } = this.values;
    return {
      label: label.trim(),
      campaignId: campaignId || null,
      credentialId: credentialId || null,
      settings: { onRun, each, topCount: Number(topCount), minValue: Number(minValue), columns, address },
      cron: this.cron,
      timeZone,
    };
  }
}
