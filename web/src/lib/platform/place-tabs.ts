import type { Component } from 'svelte';
import type { MessageKey } from './i18n.ts';

/** One page of a capability, as the tabs under its head show it. */
export interface Place {
  readonly href: string;
  /** Further addresses whose pages belong to it. */
  readonly alsoAt?: readonly string[];
  readonly label: MessageKey;
  readonly icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  /** What waits there, beside the label. */
  readonly badge?: Component;
}
