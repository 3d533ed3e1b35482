import { createRoute } from '@hono/zod-openapi';
import {
  Campaign,
  CampaignChange,
  changeCampaign,
  createCampaign,
  deleteCampaign,
  getCampaign,
  listCampaigns,
  NewCampaign,
} from '@nexus/shared/listening';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['listening'];

const list = createRoute({
  method: 'get',
  path: '/campaigns',
  tags,
  summary: 'All campaigns with their last run',
  responses: { 200: json(z.object({ campaigns: z.array(Campaign) }), 'By name') },
});
const create = createRoute({
  method: 'post',
  path: '/campaigns',
  tags,
  summary: 'Watch for what matters: what is searched where, when, and how it is judged',
  description:
    'Nothing runs yet: POST /api/runs with kind `full` starts a run, or its schedule does. Try the query first with kind `preview`.',
  request: { body: body(NewCampaign) },
  responses: { 201: json(Campaign, 'Stored') },
});
const read = createRoute({
  method: 'get',
  path: '/campaigns/{id}',
  tags,
  summary: 'A campaign',
  request: { params: IdParam },
  responses: { 200: json(Campaign, 'As it is now') },
});
const change = createRoute({
  method: 'patch',
  path: '/campaigns/{id}',
  tags,
  summary: 'Change a campaign, pause it, or go on',
  description: 'A run under way goes on as it began. After another query the next run begins anew.',
  request: { params: IdParam, body: body(CampaignChange) },
  responses: { 200: json(Campaign, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/campaigns/{id}',
  tags,
  summary: 'Remove a campaign with its runs, judgements and opportunities',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export const campaigns = routes()
  .openapi(list, async (c) => c.json({ campaigns: await listCampaigns(c.var.ctx) }, 200))
  .openapi(create, async (c) => {
    const campaign = await createCampaign(c.var.ctx, c.req.valid('json'));
    return c.json(campaign, 201, { location: `/api/campaigns/${campaign.id}` });
  })
  .openapi(read, async (c) => c.json(await getCampaign(c.var.ctx, { campaignId: c.req.valid('param').id }), 200))
  .openapi(change, async (c) => {
    const input = { campaignId: c.req.valid('param').id, ...c.req.valid('json') };
    return c.json(await changeCampaign(c.var.ctx, input), 200);
  })
  .openapi(remove, async (c) => {
    await deleteCampaign(c.var.ctx, { campaignId: c.req.valid('param').id });
    return c.body(null, 204);
  });
