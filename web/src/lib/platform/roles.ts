import type { OrgRole } from '@nexus/shared/platform';

/** From most to least, as shared has them; repeated so that the browser need not fetch the schemas. */
export const ROLES = ['owner', 'admin', 'member', 'viewer'] as const satisfies readonly OrgRole[];
