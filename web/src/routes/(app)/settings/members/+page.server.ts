import type { Invitation, Member } from '@nexus/shared/platform';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, parent }) => {
  const { scopes } = await parent();
  const [{ members }, { invitations }] = await Promise.all([
    locals.api.get<{ members: Member[] }>('/members'),
    scopes.includes('platform:admin')
      ? locals.api.get<{ invitations: Invitation[] }>('/invitations')
      : { invitations: [] },
  ]);
  const isOpen = ({ acceptedAt, revokedAt, expiresAt }: Invitation) =>
    !acceptedAt && !revokedAt && Date.parse(expiresAt) > Date.now();
  return { members, invitations: invitations.filter(isOpen) };
};
