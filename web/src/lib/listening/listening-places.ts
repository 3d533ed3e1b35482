import Radar from '@lucide/svelte/icons/radar';
import IdCard from '@lucide/svelte/icons/id-card';
import type { Place } from '#lib/platform/place-tabs.ts';

/** The pages of what is listened to, in the order of their tabs. */
export const LISTENING_PLACES: readonly Place[] = [
  { href: '/listening/campaigns', label: 'listening.place.campaigns', icon: Radar },
  { href: '/listening/accounts', label: 'listening.place.accounts', icon: IdCard },
];
