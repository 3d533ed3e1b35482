import { createRoute } from '@hono/zod-openapi';
import {
  Account,
  AccountChange,
  changeAccount,
  createAccount,
  deleteAccount,
  getAccount,
  listAccounts,
  NewAccount,
  resetAccount,
} from '@nexus/shared/listening';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['listening'];

const list = createRoute({
  method: 'get',
  path: '/accounts',
  tags,
  summary: 'Signed-in accounts that searches take turns with',
  description:
    'State, reason, cooling times and today’s requests of each. Cookies and sign-ins of proxies are never shown.',
  responses: { 200: json(z.object({ accounts: z.array(Account) }), 'The first added first') },
});
const create = createRoute({
  method: 'post',
  path: '/accounts',
  tags,
  summary: 'Add an account by its cookies',
  description:
    'Cookies as header text, JSON, an exported array, cookies.txt, or base64 of one of these; auth_token and ct0 are needed. An account that is there already is a 409.',
  request: { body: body(NewAccount) },
  responses: { 201: json(Account, 'Without its cookies') },
});
const get = createRoute({
  method: 'get',
  path: '/accounts/{id}',
  tags,
  summary: 'One account',
  description: 'Its state, why it is so, and until when it cools down for which operation.',
  request: { params: IdParam },
  responses: { 200: json(Account, 'As it is now') },
});
const change = createRoute({
  method: 'patch',
  path: '/accounts/{id}',
  tags,
  summary: 'Change an account, renew its cookies, or pause it',
  description:
    'What is left out stays. New cookies of the same account make it active again; cookies of another one are a 409.',
  request: { params: IdParam, body: body(AccountChange) },
  responses: { 200: json(Account, 'As it is now') },
});
const reset = createRoute({
  method: 'post',
  path: '/accounts/{id}/reset',
  tags,
  summary: 'Give an account another chance',
  description:
    'A suspect or banned account, or one that needs cookies, is active again with what it has. Cooling goes on.',
  request: { params: IdParam },
  responses: { 200: json(Account, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/accounts/{id}',
  tags,
  summary: 'Forget an account and its cookies',
  description: 'A run that works with it stops doing so before its next request.',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export const accounts = routes()
  .openapi(list, async (c) => c.json({ accounts: await listAccounts(c.var.ctx) }, 200))
  .openapi(create, async (c) => c.json(await createAccount(c.var.ctx, c.req.valid('json')), 201))
  .openapi(get, async (c) => c.json(await getAccount(c.var.ctx, c.req.valid('param')), 200))
  .openapi(change, async (c) =>
    c.json(await changeAccount(c.var.ctx, { ...c.req.valid('param'), ...c.req.valid('json') }), 200),
  )
  .openapi(reset, async (c) => c.json(await resetAccount(c.var.ctx, c.req.valid('param')), 200))
  .openapi(remove, async (c) => {
    await deleteAccount(c.var.ctx, c.req.valid('param'));
    return c.body(null, 204);
  });
