import { createRoute } from '@hono/zod-openapi';
import {
  changeTarget,
  confirmDelivery,
  createTarget,
  deleteTarget,
  Delivery,
  DeliveryConfirmation,
  DeliveryPage,
  DeliveryQuery,
  DeliveryTarget,
  DeliveryTargetChange,
  exportOpportunities,
  exportToTarget,
  listDeliveries,
  listTargets,
  NewDeliveryTarget,
  OpportunityFilter,
  retryDelivery,
  testTarget,
} from '@nexus/shared/listening';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';
import { streamOf } from '../platform/text-stream.ts';

const tags = ['listening'];

const list = createRoute({
  method: 'get',
  path: '/delivery-targets',
  tags,
  summary: 'Where opportunities are told: Slack, sheets, letters',
  responses: { 200: json(z.object({ targets: z.array(DeliveryTarget) }), 'By name') },
});
const create = createRoute({
  method: 'post',
  path: '/delivery-targets',
  tags,
  summary: 'Tell opportunities somewhere from the next run on',
  description:
    'The adapter is a notifier or exporter of GET /catalogue; `settings.address` fits its `limits.addressSchema`.',
  request: { body: body(NewDeliveryTarget) },
  responses: { 201: json(DeliveryTarget, 'Stored; nothing is sent yet') },
});
const change = createRoute({
  method: 'patch',
  path: '/delivery-targets/{id}',
  tags,
  summary: 'Change where and what is told, pause it, or go on',
  request: { params: IdParam, body: body(DeliveryTargetChange) },
  responses: { 200: json(DeliveryTarget, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/delivery-targets/{id}',
  tags,
  summary: 'Tell nothing there any more; the log of what was goes with it',
  request: { params: IdParam },
  responses: { 204: nothing },
});
const trial = createRoute({
  method: 'post',
  path: '/delivery-targets/{id}/test',
  tags,
  summary: 'Send a few words there, or look whether a sheet can be written',
  request: { params: IdParam },
  responses: { 202: json(Delivery, 'Queued; the log tells how it went') },
});
const anew = createRoute({
  method: 'post',
  path: '/delivery-targets/{id}/export',
  tags,
  summary: 'Write all opportunities of a sheet anew, in place',
  request: { params: IdParam },
  responses: { 202: json(Delivery, 'Queued; the log tells how it went') },
});
const log = createRoute({
  method: 'get',
  path: '/deliveries',
  tags,
  summary: 'What was told where, and how it went',
  request: { query: DeliveryQuery },
  responses: { 200: json(DeliveryPage, 'The newest first; `nextCursor` is null at the end') },
});
const retry = createRoute({
  method: 'post',
  path: '/deliveries/{id}/retry',
  tags,
  summary: 'Try what failed again, or what waits at once',
  request: { params: IdParam },
  responses: { 202: json(Delivery, 'Queued') },
});
const confirm = createRoute({
  method: 'post',
  path: '/deliveries/{id}/confirm',
  tags,
  summary: 'Say whether an unconfirmed delivery arrived; if not, it is sent again',
  description:
    'A connection broke while it was sent, and nothing can tell whether it got through. Nothing is sent twice by itself.',
  request: { params: IdParam, body: body(DeliveryConfirmation) },
  responses: { 200: json(Delivery, 'As it is now') },
});
const file = (type: string) => ({
  description: 'The file',
  content: { [type]: { schema: z.string() } },
});
const csv = createRoute({
  method: 'get',
  path: '/opportunities/export.csv',
  tags,
  summary: 'Opportunities as CSV',
  description:
    'The filters of the list; every state without one. UTF-8 with a byte order mark, a heading line, RFC 4180. A text that a spreadsheet would take for a formula begins with an apostrophe.',
  request: { query: OpportunityFilter },
  responses: { 200: file('text/csv') },
});
const jsonl = createRoute({
  method: 'get',
  path: '/opportunities/export.jsonl',
  tags,
  summary: 'Opportunities as JSON Lines',
  description: 'The filters of the list; every state without one. One opportunity a line, as the list has it.',
  request: { query: OpportunityFilter },
  responses: { 200: file('application/jsonl') },
});

const asFile = (type: string, ending: string) => ({
  'content-type': `${type}; charset=utf-8`,
  'content-disposition': `attachment; filename*=UTF-8''opportunities.${ending}`,
});

export const deliveries = routes()
  .openapi(list, async (c) => c.json({ targets: await listTargets(c.var.ctx) }, 200))
  .openapi(create, async (c) => {
    const target = await createTarget(c.var.ctx, c.req.valid('json'));
    return c.json(target, 201, { location: `/api/delivery-targets/${target.id}` });
  })
  .openapi(change, async (c) =>
    c.json(await changeTarget(c.var.ctx, { targetId: c.req.valid('param').id, ...c.req.valid('json') }), 200),
  )
  .openapi(remove, async (c) => {
    await deleteTarget(c.var.ctx, { targetId: c.req.valid('param').id });
    return c.body(null, 204);
  })
  .openapi(trial, async (c) => c.json(await testTarget(c.var.ctx, { targetId: c.req.valid('param').id }), 202))
  .openapi(anew, async (c) => c.json(await exportToTarget(c.var.ctx, { targetId: c.req.valid('param').id }), 202))
  .openapi(log, async (c) => c.json(await listDeliveries(c.var.ctx, c.req.valid('query')), 200))
  .openapi(retry, async (c) => c.json(await retryDelivery(c.var.ctx, { deliveryId: c.req.valid('param').id }), 202))
  .openapi(confirm, async (c) =>
    c.json(await confirmDelivery(c.var.ctx, { deliveryId: c.req.valid('param').id, ...c.req.valid('json') }), 200),
  )
  .openapi(csv, async (c) => {
    const lines = await exportOpportunities(c.var.ctx, { ...c.req.valid('query'), format: 'csv' });
    return c.body(streamOf(lines), 200, asFile('text/csv', 'csv'));
  })
  .openapi(jsonl, async (c) => {
    const lines = await exportOpportunities(c.var.ctx, { ...c.req.valid('query'), format: 'jsonl' });
    return c.body(streamOf(lines), 200, asFile('application/jsonl', 'jsonl'));
  });
