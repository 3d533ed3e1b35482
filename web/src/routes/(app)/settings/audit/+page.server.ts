import type { AuditEntry, Member } from '@nexus/shared/platform';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const [audit, { members }] = await Promise.all([
    locals.api.get<{ entries: AuditEntry[]; nextCursor: string | null }>('/audit'),
    locals.api.get<{ members: Member[] }>('/members'),
  ]);
  return { audit, emails: Object.fromEntries(members.map(({ userId, email }) => [userId, email])) };
};
