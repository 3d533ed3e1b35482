import type { DeliverySubject, TargetSettings } from '@nexus/shared/listening';
import type { Table } from './compose-rows.ts';
import type { Message } from '../notifiers/notifier.ts';

/** A delivery that this attempt, and nobody else, works on. */
export interface ArmedDelivery {
  readonly id: string;
  readonly orgId: string;
  readonly targetId: string;
  readonly campaignId: string | null;
  readonly runId: string | null;
  readonly adapter: string;
  readonly label: string;
  readonly subject: DeliverySubject;
  readonly key: string;
  readonly settings: TargetSettings;
  readonly timeZone: string;
  readonly credentialId: string | null;
  readonly createdAt: Date;
  /** Counted from 1. */
  readonly attempt: number;
  readonly lease: string;
  /** An attempt before may have got through: look before anything is sent. */
  readonly mustLook: boolean;
}

/** What is to be sent; null: nothing. */
export type Content = { readonly message: Message } | { readonly table: Table } | null;
