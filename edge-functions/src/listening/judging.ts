import { createRoute } from '@hono/zod-openapi';
import {
  CampaignPostPage,
  CampaignPostsQuery,
  CampaignStats,
  CampaignStatsQuery,
  getCampaignStats,
  listCampaignPosts,
  NewThumb,
  removeThumb,
  setThumb,
  Thumb,
} from '@nexus/shared/listening';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['listening'];
const PostParams = IdParam.extend({ postId: z.uuid() });

const posts = createRoute({
  method: 'get',
  path: '/campaigns/{id}/posts',
  tags,
  summary: 'What a campaign met, with its judgements',
  description: 'Posts that rules put aside say which rule and which words; without `state` they are among the others.',
  request: { params: IdParam, query: CampaignPostsQuery },
  responses: { 200: json(CampaignPostPage, 'A page; `nextCursor` is null at the end') },
});
const stats = createRoute({
  method: 'get',
  path: '/campaigns/{id}/stats',
  tags,
  summary: 'Volume, networks, intents, sentiment, share of voice, and how well scores agreed with thumbs',
  description: 'Days are those of the campaign’s time zone on which posts were written, none left out.',
  request: { params: IdParam, query: CampaignStatsQuery },
  responses: { 200: json(CampaignStats, 'Of all its posts; days as many as asked for') },
});
const thumb = createRoute({
  method: 'put',
  path: '/campaigns/{id}/posts/{postId}/thumb',
  tags,
  summary: 'Say of a post that it is, or is not, what the campaign looks for',
  description: 'It becomes an example for the next run’s judging.',
  request: { params: PostParams, body: body(NewThumb) },
  responses: { 200: json(Thumb, 'As it is now') },
});
const noThumb = createRoute({
  method: 'delete',
  path: '/campaigns/{id}/posts/{postId}/thumb',
  tags,
  summary: 'Take a thumb back',
  request: { params: PostParams },
  responses: { 204: nothing },
});

export const judging = routes()
  .openapi(posts, async (c) => {
    const campaignId = c.req.valid('param').id;
    return c.json(await listCampaignPosts(c.var.ctx, { campaignId, ...c.req.valid('query') }), 200);
  })
  .openapi(stats, async (c) => {
    const campaignId = c.req.valid('param').id;
    return c.json(await getCampaignStats(c.var.ctx, { campaignId, ...c.req.valid('query') }), 200);
  })
  .openapi(thumb, async (c) => {
    const { id: campaignId, postId } = c.req.valid('param');
    return c.json(await setThumb(c.var.ctx, { campaignId, postId, ...c.req.valid('json') }), 200);
  })
  .openapi(noThumb, async (c) => {
    const { id: campaignId, postId } = c.req.valid('param');
    await removeThumb(c.var.ctx, { campaignId, postId });
    return c.body(null, 204);
  });
