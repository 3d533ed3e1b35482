import Radar from '@lucide/svelte/icons/radar';
import IdCard from '@lucide/svelte/icons/id-card';
import Send from '@lucide/svelte/icons/send';
import Inbox from '@lucide/svelte/icons/inbox';
import type { Place } from '#lib/platform/place-tabs.ts';

/** The pages of what is listened to, in the order of their tabs. */
export const LISTENING_PLACES: readonly Place[] = [
  { href: '/listening', label: 'listening.place.inbox', icon: Inbox },
  { href: '/listening/campaigns', alsoAt: ['/listening/runs'], label: 'listening.place.campaigns', icon: Radar },
  { href: '/listening/accounts', label: 'listening.place.accounts', icon: IdCard },
  { href: '/listening/delivery', label: 'listening.place.delivery', icon: Send },
];
