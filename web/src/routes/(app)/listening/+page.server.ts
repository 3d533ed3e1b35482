import type { Campaign, OpportunityCounts, OpportunityPage } from '@nexus/shared/listening';
import type { Member } from '@nexus/shared/platform';
import { countsPath, pagePath, readInboxFilter } from '#lib/listening/inbox/inbox-filter.ts';
import { PAGE } from '#lib/listening/inbox/inbox.svelte.ts';
import type { PageServerLoad } from './$types';

const UUID = /^[\da-f-]{36}$/i;

export const load: PageServerLoad = async ({ locals, url }) => {
  const filter = readInboxFilter(url.searchParams);
  const open = url.searchParams.get('open');
  const [page, counts, { campaigns }, { members }] = await Promise.all([
    locals.api.get<OpportunityPage>(pagePath(filter, PAGE)),
    locals.api.get<OpportunityCounts>(countsPath(filter)),
    locals.api.get<{ campaigns: Campaign[] }>('/campaigns'),
    locals.api.get<{ members: Member[] }>('/members'),
  ]);
  return { filter, page, counts, campaigns, members, open: open !== null && UUID.test(open) ? open : null };
};
