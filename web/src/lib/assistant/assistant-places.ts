import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Search from '@lucide/svelte/icons/search';
import type { Place } from '#lib/platform/place-tabs.ts';

/** The pages that answer from the archive, in the order of their tabs. */
export const ASSISTANT_PLACES: readonly Place[] = [
  { href: '/assistant/search', label: 'assistant.place.search', icon: Search },
  { href: '/assistant/chat', label: 'assistant.place.chat', icon: MessagesSquare },
];
