import { createRoute } from '@hono/zod-openapi';
import {
  databaseAs,
  InvitationPreview,
  InvitationToken,
  lookupInvitation,
  Me,
  ownerExists,
  Setup,
} from '@nexus/shared/platform';
import { z } from 'zod';
import { limitGuessing } from './admit.ts';
import { actorOf, chooseOrganisation, ORG_HEADER, requireCaller } from './organisation.ts';
import type { ApiPorts } from './ports.ts';
import { json, routes } from './routes.ts';

const tags = ['platform'];

/** What the web needs before, and right after, somebody signs in. */
export function setupRoutes(ports: ApiPorts) {
  const service = databaseAs(ports.kysely, { role: 'service_role' });
  const { signUp, google, version } = ports.configuration;

  const setup = createRoute({
    method: 'get',
    path: '/setup',
    tags,
    security: [],
    summary: 'How this installation is set up',
    responses: { 200: json(Setup, 'What a sign-in page needs to know') },
  });
  const lookup = createRoute({
    method: 'get',
    path: '/invitations/lookup/{token}',
    tags,
    security: [],
    middleware: [limitGuessing(ports)] as const,
    summary: 'What an invitation says, for whoever holds its link',
    request: { params: z.object({ token: InvitationToken }) },
    responses: { 200: json(InvitationPreview, 'Where it leads') },
  });
  const me = createRoute({
    method: 'get',
    path: '/me',
    tags,
    middleware: [requireCaller(ports)] as const,
    summary: 'Who I am, where I belong, what I may do',
    responses: { 200: json(Me, 'The caller') },
  });

  return routes()
    .openapi(setup, async (c) => c.json({ ownerExists: await ownerExists(service), signUp, google, version }, 200))
    .openapi(lookup, async (c) => c.json(await lookupInvitation(service, c.req.valid('param').token), 200))
    .openapi(me, async (c) => {
      const identity = c.var.identity!;
      const org = identity.orgs.length === 0 ? null : chooseOrganisation(identity, c.req.header(ORG_HEADER));
      return c.json(
        {
          user: { id: identity.userId, email: identity.email },
          orgs: identity.orgs,
          current: org && { orgId: org.id, role: org.role, scopes: [...actorOf(identity, org).scopes] },
        },
        200,
      );
    });
}
