import type { Opportunity } from '@nexus/shared/listening';
import type { Outlet, OutletIo, Receipt } from '../deliveries/outlet.ts';

/** What is told, before it has a form. All texts are plain; those of posts come from strangers. */
export interface Message {
  /** Of the delivery: the same with every attempt, so that what arrived can be found again. */
  readonly id: string;
  /** Nothing of it can be older. */
  readonly createdAt: Date;
  readonly title: string;
  /** One paragraph each. */
  readonly paragraphs: readonly string[];
  /** Numbers with their names, in order. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly opportunities: readonly (Opportunity & { readonly link: string | null })[];
  /** Where it leads back to. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

/**
 * A place that takes messages, once each. Errors: `upstream-limited` with `retryAfterSeconds` and `upstream-down` when nothing was
 * taken and it may be tried again; `upstream-refused`, `not-configured` and `invalid-input` when a person has to do something;
 * `OutcomeUnknown` when it may have been taken.
 */
export interface Notifier extends Outlet {
  send(message: Message, io: OutletIo): Promise<Receipt>;
  /** Looks, without writing anything, whether the message is there. Absent where that cannot be told; null: it surely is not. */
  readonly find?: (message: Pick<Message, 'id' | 'createdAt'>, io: OutletIo) => Promise<Receipt | null | 'unknown'>;
}
