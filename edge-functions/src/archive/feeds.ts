import { createRoute } from '@hono/zod-openapi';
import {
  changeFeed,
  checkFeedNow,
  createFeed,
  deleteFeed,
  Feed,
  FeedChange,
  FeedEpisode,
  getFeed,
  listFeeds,
  NewFeed,
} from '@nexus/shared/archive';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['archive'];

const list = createRoute({
  method: 'get',
  path: '/feeds',
  tags,
  summary: 'The feeds that are followed',
  responses: { 200: json(z.object({ feeds: z.array(Feed) }), 'By name') },
});
const create = createRoute({
  method: 'post',
  path: '/feeds',
  tags,
  summary: 'Follow a podcast or news feed',
  description: 'Its newest entries become items at once, later ones by themselves. A page that names its feed will do.',
  request: { body: body(NewFeed) },
  responses: { 201: json(Feed, 'Followed; its first check is queued') },
});
const read = createRoute({
  method: 'get',
  path: '/feeds/{id}',
  tags,
  summary: 'A feed with the entries taken from it',
  request: { params: IdParam },
  responses: { 200: json(Feed.extend({ episodes: z.array(FeedEpisode) }), 'The feed') },
});
const change = createRoute({
  method: 'patch',
  path: '/feeds/{id}',
  tags,
  summary: 'Change how a feed is followed, pause it, or go on',
  request: { params: IdParam, body: body(FeedChange) },
  responses: { 200: json(Feed, 'As it is now') },
});
const check = createRoute({
  method: 'post',
  path: '/feeds/{id}/check',
  tags,
  summary: 'Look for new entries now',
  request: { params: IdParam },
  responses: { 202: json(Feed, 'Queued') },
});
const remove = createRoute({
  method: 'delete',
  path: '/feeds/{id}',
  tags,
  summary: 'Follow a feed no longer; its items stay',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export const feeds = routes()
  .openapi(list, async (c) => c.json({ feeds: await listFeeds(c.var.ctx) }, 200))
  .openapi(create, async (c) => {
    const feed = await createFeed(c.var.ctx, c.req.valid('json'));
    return c.json(feed, 201, { location: `/api/feeds/${feed.id}` });
  })
  .openapi(read, async (c) => c.json(await getFeed(c.var.ctx, { feedId: c.req.valid('param').id }), 200))
  .openapi(change, async (c) =>
    c.json(await changeFeed(c.var.ctx, { feedId: c.req.valid('param').id, ...c.req.valid('json') }), 200),
  )
  .openapi(check, async (c) => c.json(await checkFeedNow(c.var.ctx, { feedId: c.req.valid('param').id }), 202))
  .openapi(remove, async (c) => {
    await deleteFeed(c.var.ctx, { feedId: c.req.valid('param').id });
    return c.body(null, 204);
  });
