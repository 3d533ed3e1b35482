import { createRoute } from '@hono/zod-openapi';
import {
  actOnOpportunity,
  addOpportunityNote,
  changeOpportunities,
  changeOpportunity,
  checkOpportunity,
  countOpportunities,
  deleteOpportunityNote,
  getOpportunity,
  listOpportunities,
  NewOpportunityNote,
  Opportunity,
  OpportunityAct,
  OpportunityBulk,
  OpportunityBulkReport,
  OpportunityChange,
  OpportunityCounts,
  OpportunityDetail,
  OpportunityFilter,
  OpportunityNote,
  OpportunityPage,
  OpportunityQuery,
  restoreOpportunity,
} from '@nexus/shared/listening';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['listening'];

const list = createRoute({
  method: 'get',
  path: '/opportunities',
  tags,
  summary: 'The inbox: posts worth acting on, the most valuable first',
  request: { query: OpportunityQuery },
  responses: { 200: json(OpportunityPage, 'A page; `nextCursor` is null at the end') },
});
const counts = createRoute({
  method: 'get',
  path: '/opportunities/counts',
  tags,
  summary: 'How many opportunities there are of each state',
  description: 'Counted up to 1,000: that number stands for as many or more.',
  request: { query: OpportunityFilter.omit({ state: true }) },
  responses: { 200: json(OpportunityCounts, 'By state') },
});
const bulk = createRoute({
  method: 'post',
  path: '/opportunities/bulk',
  tags,
  summary: 'Change, or take back the change of, up to 500 opportunities',
  description: 'What cannot be done to one is reported beside the others, which are done.',
  request: { body: body(OpportunityBulk) },
  responses: { 200: json(OpportunityBulkReport, 'What was done, and what was refused and why') },
});
const read = createRoute({
  method: 'get',
  path: '/opportunities/{id}',
  tags,
  summary: 'An opportunity with notes, outcomes, copies, our replies and the history with its author',
  request: { params: IdParam },
  responses: { 200: json(OpportunityDetail, 'The opportunity') },
});
const change = createRoute({
  method: 'patch',
  path: '/opportunities/{id}',
  tags,
  summary: 'Change the state, the draft or the assignee of an opportunity',
  request: { params: IdParam, body: body(OpportunityChange) },
  responses: { 200: json(Opportunity, 'As it is now') },
});
const restore = createRoute({
  method: 'post',
  path: '/opportunities/{id}/restore',
  tags,
  summary: 'Take the last change of state back',
  request: { params: IdParam },
  responses: { 200: json(Opportunity, 'As it was before') },
});
const check = createRoute({
  method: 'post',
  path: '/opportunities/{id}/check',
  tags,
  summary: 'Ask the network whether the post is still there',
  description: 'The answer is in `postState` once `postCheckedAt` is newer; `opportunity.changed` tells of it.',
  request: { params: IdParam },
  responses: { 202: json(Opportunity, 'Asked; as it is known until now') },
});
const act = createRoute({
  method: 'post',
  path: '/opportunities/{id}/act',
  tags,
  summary: 'Write down that a reply leaves',
  description: 'Within five minutes after a check found the post, or told that it cannot be known; else with `anyway`.',
  request: { params: IdParam, body: body(OpportunityAct) },
  responses: { 200: json(Opportunity, 'Now waiting for what comes of it') },
});
const addNote = createRoute({
  method: 'post',
  path: '/opportunities/{id}/notes',
  tags,
  summary: 'Leave a note for colleagues',
  request: { params: IdParam, body: body(NewOpportunityNote) },
  responses: { 201: json(OpportunityNote, 'The note') },
});
const NoteParams = IdParam.extend({ noteId: z.uuid() });
const deleteNote = createRoute({
  method: 'delete',
  path: '/opportunities/{id}/notes/{noteId}',
  tags,
  summary: 'Delete a note of one’s own; administrators delete any',
  request: { params: NoteParams },
  responses: { 204: nothing },
});

export const opportunities = routes()
  .openapi(list, async (c) => c.json(await listOpportunities(c.var.ctx, c.req.valid('query')), 200))
  .openapi(counts, async (c) => c.json(await countOpportunities(c.var.ctx, c.req.valid('query')), 200))
  .openapi(bulk, async (c) => c.json(await changeOpportunities(c.var.ctx, c.req.valid('json')), 200))
  .openapi(read, async (c) => c.json(await getOpportunity(c.var.ctx, { opportunityId: c.req.valid('param').id }), 200))
  .openapi(change, async (c) => {
    const opportunityId = c.req.valid('param').id;
    return c.json(await changeOpportunity(c.var.ctx, { opportunityId, change: c.req.valid('json') }), 200);
  })
  .openapi(restore, async (c) =>
    c.json(await restoreOpportunity(c.var.ctx, { opportunityId: c.req.valid('param').id }), 200),
  )
  .openapi(check, async (c) =>
    c.json(await checkOpportunity(c.var.ctx, { opportunityId: c.req.valid('param').id }), 202),
  )
  .openapi(act, async (c) =>
    c.json(await actOnOpportunity(c.var.ctx, { opportunityId: c.req.valid('param').id, ...c.req.valid('json') }), 200),
  )
  .openapi(addNote, async (c) => {
    const opportunityId = c.req.valid('param').id;
    return c.json(await addOpportunityNote(c.var.ctx, { opportunityId, ...c.req.valid('json') }), 201);
  })
  .openapi(deleteNote, async (c) => {
    const { id, noteId } = c.req.valid('param');
    await deleteOpportunityNote(c.var.ctx, { opportunityId: id, noteId });
    return c.body(null, 204);
  });
