import { createRoute } from '@hono/zod-openapi';
import {
  deleteSpeaker,
  forgetVoices,
  ItemSpeaker,
  ItemSpeakerMerge,
  ItemSpeakerRename,
  ItemSpeakerUnlink,
  listItemSpeakers,
  listSpeakers,
  listSpokenItems,
  mergeItemSpeakers,
  mergeSpeakers,
  renameItemSpeaker,
  renameSpeaker,
  Speaker,
  SpeakerChange,
  SpeakerMerge,
  SpokenItem,
  unlinkItemSpeaker,
} from '@nexus/shared/archive';
import { PageQuery } from '@nexus/shared/platform';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['archive'];
const ItemSpeakers = z.object({ speakers: z.array(ItemSpeaker) });
const Forgotten = z.object({ forgotten: z.number().int() });

const ofItem = createRoute({
  method: 'get',
  path: '/media/{id}/speakers',
  tags,
  summary: 'Who speaks in an item, how long, and where to hear them',
  request: { params: IdParam },
  responses: { 200: json(ItemSpeakers, 'In the order in which they are first heard') },
});
const nameInItem = createRoute({
  method: 'patch',
  path: '/media/{id}/speakers',
  tags,
  summary: 'Say who a voice of an item is, or rename that person everywhere',
  request: { params: IdParam, body: body(ItemSpeakerRename) },
  responses: { 200: json(ItemSpeakers, 'All speakers of the item') },
});
const mergeInItem = createRoute({
  method: 'post',
  path: '/media/{id}/speakers/merge',
  tags,
  summary: 'Say that two voices of an item are the same speaker',
  request: { params: IdParam, body: body(ItemSpeakerMerge) },
  responses: { 200: json(ItemSpeakers, 'All speakers of the item') },
});
const unlinkInItem = createRoute({
  method: 'post',
  path: '/media/{id}/speakers/unlink',
  tags,
  summary: 'Take name and person from a voice of an item',
  request: { params: IdParam, body: body(ItemSpeakerUnlink) },
  responses: { 200: json(ItemSpeakers, 'All speakers of the item') },
});
const list = createRoute({
  method: 'get',
  path: '/speakers',
  tags,
  summary: 'The people who speak in the archive, by name',
  request: { query: PageQuery.extend({ q: z.string().trim().max(120).optional() }) },
  responses: { 200: json(z.object({ speakers: z.array(Speaker), nextCursor: z.string().nullable() }), 'A page') },
});
const items = createRoute({
  method: 'get',
  path: '/speakers/{id}/items',
  tags,
  summary: 'Where a person speaks, the newest first',
  request: { params: IdParam },
  responses: { 200: json(z.object({ items: z.array(SpokenItem) }), 'At most 200') },
});
const rename = createRoute({
  method: 'patch',
  path: '/speakers/{id}',
  tags,
  summary: 'Rename a person in all items',
  request: { params: IdParam, body: body(SpeakerChange) },
  responses: { 200: json(Speaker, 'As they are now') },
});
const merge = createRoute({
  method: 'post',
  path: '/speakers/{id}/merge',
  tags,
  summary: 'Say that two people are one; the name of the second stays',
  request: { params: IdParam, body: body(SpeakerMerge) },
  responses: { 200: json(Speaker, 'The one who stays') },
});
const remove = createRoute({
  method: 'delete',
  path: '/speakers/{id}',
  tags,
  summary: 'Forget a person and their voice; what they said stays',
  request: { params: IdParam },
  responses: { 204: nothing },
});
const forgetAll = createRoute({
  method: 'delete',
  path: '/speakers/voices',
  tags,
  summary: 'Delete every voice print of the organisation; names stay',
  responses: { 200: json(Forgotten, 'How many there were') },
});
const forget = createRoute({
  method: 'delete',
  path: '/speakers/{id}/voices',
  tags,
  summary: 'Delete the voice prints of a person; the name stays',
  request: { params: IdParam },
  responses: { 200: json(Forgotten, 'How many there were') },
});

export const speakers = routes()
  .openapi(ofItem, async (c) =>
    c.json({ speakers: await listItemSpeakers(c.var.ctx, { itemId: c.req.valid('param').id }) }, 200),
  )
  .openapi(nameInItem, async (c) => {
    const input = { itemId: c.req.valid('param').id, ...c.req.valid('json') };
    return c.json({ speakers: await renameItemSpeaker(c.var.ctx, input) }, 200);
  })
  .openapi(mergeInItem, async (c) => {
    const input = { itemId: c.req.valid('param').id, ...c.req.valid('json') };
    return c.json({ speakers: await mergeItemSpeakers(c.var.ctx, input) }, 200);
  })
  .openapi(unlinkInItem, async (c) => {
    const input = { itemId: c.req.valid('param').id, ...c.req.valid('json') };
    return c.json({ speakers: await unlinkItemSpeaker(c.var.ctx, input) }, 200);
  })
  .openapi(list, async (c) => c.json(await listSpeakers(c.var.ctx, c.req.valid('query')), 200))
  .openapi(items, async (c) =>
    c.json({ items: await listSpokenItems(c.var.ctx, { speakerId: c.req.valid('param').id }) }, 200),
  )
  .openapi(rename, async (c) =>
    c.json(await renameSpeaker(c.var.ctx, { speakerId: c.req.valid('param').id, ...c.req.valid('json') }), 200),
  )
  .openapi(merge, async (c) =>
    c.json(await mergeSpeakers(c.var.ctx, { speakerId: c.req.valid('param').id, ...c.req.valid('json') }), 200),
  )
  .openapi(forgetAll, async (c) => c.json({ forgotten: await forgetVoices(c.var.ctx, {}) }, 200))
  .openapi(remove, async (c) => {
    await deleteSpeaker(c.var.ctx, { speakerId: c.req.valid('param').id });
    return c.body(null, 204);
  })
  .openapi(forget, async (c) =>
    c.json({ forgotten: await forgetVoices(c.var.ctx, { speakerId: c.req.valid('param').id }) }, 200),
  );
