import { createRoute } from '@hono/zod-openapi';
import { acceptInvitation, createOrg, InvitationAnswer, Joined, NewOrg, Org } from '@nexus/shared/platform';
import { limitGuessing } from './admit.ts';
import { requireCaller, requirePerson } from './organisation.ts';
import type { ApiPorts } from './ports.ts';
import { body, json, routes } from './routes.ts';

const tags = ['platform'];

/** What somebody who is signed in may do without belonging to an organisation. */
export function foundingRoutes(ports: ApiPorts) {
  const found = createRoute({
    method: 'post',
    path: '/orgs',
    tags,
    middleware: [requireCaller(ports), requirePerson] as const,
    summary: 'Found an organisation and own it',
    request: { body: body(NewOrg) },
    responses: { 201: json(Org, 'The organisation') },
  });
  const accept = createRoute({
    method: 'post',
    path: '/invitations/accept',
    tags,
    middleware: [requireCaller(ports), requirePerson, limitGuessing(ports)] as const,
    summary: 'Join by an invitation',
    request: { body: body(InvitationAnswer) },
    responses: { 200: json(Joined, 'Where one belongs now, and as what') },
  });

  return routes()
    .openapi(found, async (c) => {
      const input = c.req.valid('json');
      // Where people come by invitation only, one organisation is founded, whatever the sign-in service lets in.
      const onlyFirst = input.onlyFirst || ports.configuration.signUp === 'invited';
      return c.json(await createOrg(c.var.caller, { ...input, onlyFirst }), 201);
    })
    .openapi(accept, async (c) => c.json(await acceptInvitation(c.var.caller, c.req.valid('json')), 200));
}
