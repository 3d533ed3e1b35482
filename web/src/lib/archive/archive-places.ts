import CopyCheck from '@lucide/svelte/icons/copy-check';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Library from '@lucide/svelte/icons/library';
import Rss from '@lucide/svelte/icons/rss';
import OpenDuplicates from './duplicates/open-duplicates.svelte';
import UsersRound from '@lucide/svelte/icons/users-round';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import type { Place } from '#lib/platform/place-tabs.ts';

/** The archive's list pages, in the order of their tabs. */
export const ARCHIVE_PLACES: readonly Place[] = [
  { href: '/archive', label: 'archive.place.library', icon: Library },
  { href: '/archive/collections', label: 'archive.place.collections', icon: FolderOpen },
  { href: '/archive/feeds', label: 'archive.place.feeds', icon: Rss },
  { href: '/archive/duplicates', label: 'archive.place.duplicates', icon: CopyCheck, badge: OpenDuplicates },
  { href: '/archive/speakers', label: 'archive.place.speakers', icon: UsersRound },
  { href: '/archive/transfer', label: 'archive.place.transfer', icon: ArrowLeftRight },
];
