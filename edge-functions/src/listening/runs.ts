import { createRoute } from '@hono/zod-openapi';
import {
  cancelRun,
  createRun,
  EstimateRequest,
  estimateRun,
  getRun,
  listRawAnswers,
  listRunPosts,
  listRuns,
  NewRun,
  RawAnswer,
  RawAnswersQuery,
  Run,
  RunEstimate,
  RunPost,
  RunPostsQuery,
  RunsQuery,
} from '@nexus/shared/listening';
import { z } from 'zod';
import { body, IdParam, json, routes } from '../platform/routes.ts';

const tags = ['listening'];
const nextCursor = z.string().nullable();

const list = createRoute({
  method: 'get',
  path: '/runs',
  tags,
  summary: 'Runs, the newest first',
  request: { query: RunsQuery },
  responses: { 200: json(z.object({ runs: z.array(Run), nextCursor }), 'A page') },
});
const create = createRoute({
  method: 'post',
  path: '/runs',
  tags,
  summary: 'Start a run: of a campaign, a preview, a one-off search, or an import of posts',
  description:
    '`full`: search, conversations, judging, opportunities, deliveries; one at a time for a campaign (409). `preview`: a small search with its rules, nothing is judged. `search`: a search without a campaign. `import`: posts from an uploaded file of JSON Lines, then as `full`.',
  request: { body: body(NewRun) },
  responses: { 202: json(Run, 'Queued; follow it at Location or on the topic `org:<id>:listening`') },
});
const estimate = createRoute({
  method: 'post',
  path: '/runs/estimate',
  tags,
  summary: 'What the posts of a run and their conversations may cost at the most',
  description: 'Nothing is asked of any source. What quoted posts and models cost comes on top.',
  request: { body: body(EstimateRequest) },
  responses: { 200: json(RunEstimate, 'In US dollars') },
});
const read = createRoute({
  method: 'get',
  path: '/runs/{id}',
  tags,
  summary: 'How a run stands: its stage, counts, waits, cost and why it ended',
  request: { params: IdParam },
  responses: { 200: json(Run, 'As it is now') },
});
const cancel = createRoute({
  method: 'post',
  path: '/runs/{id}/cancel',
  tags,
  summary: 'Cancel a run; what was found stays',
  description: 'At once when it waits, within about a second when a worker is at it: until then `isCanceling` is true.',
  request: { params: IdParam },
  responses: { 200: json(Run, 'As it is now') },
});
const posts = createRoute({
  method: 'get',
  path: '/runs/{id}/posts',
  tags,
  summary: 'What a run found, in the order it came, with what rules put aside and why',
  request: { params: IdParam, query: RunPostsQuery },
  responses: { 200: json(z.object({ posts: z.array(RunPost), nextCursor }), 'A page') },
});
const raw = createRoute({
  method: 'get',
  path: '/runs/{id}/raw',
  tags,
  summary: 'Answers of its sources as they came: those that could not be read, and all when that was asked for',
  request: { params: IdParam, query: RawAnswersQuery },
  responses: { 200: json(z.object({ answers: z.array(RawAnswer), nextCursor }), 'A page; kept 30 days') },
});

export const runs = routes()
  .openapi(list, async (c) => c.json(await listRuns(c.var.ctx, c.req.valid('query')), 200))
  .openapi(create, async (c) => {
    const run = await createRun(c.var.ctx, c.req.valid('json'));
    return c.json(run, 202, { location: `/api/runs/${run.id}` });
  })
  .openapi(estimate, async (c) => c.json(await estimateRun(c.var.ctx, c.req.valid('json')), 200))
  .openapi(read, async (c) => c.json(await getRun(c.var.ctx, { runId: c.req.valid('param').id }), 200))
  .openapi(cancel, async (c) => c.json(await cancelRun(c.var.ctx, { runId: c.req.valid('param').id }), 200))
  .openapi(posts, async (c) => {
    const input = { runId: c.req.valid('param').id, ...c.req.valid('query') };
    return c.json(await listRunPosts(c.var.ctx, input), 200);
  })
  .openapi(raw, async (c) => {
    const input = { runId: c.req.valid('param').id, ...c.req.valid('query') };
    return c.json(await listRawAnswers(c.var.ctx, input), 200);
  });
