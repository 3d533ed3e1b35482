import { createRoute } from '@hono/zod-openapi';
import {
  AskChat,
  askChat,
  Chat,
  ChatChange,
  ChatEvent,
  ChatFilter,
  ChatMessage,
  ChatSummary,
  createChat,
  deleteChat,
  getChat,
  listChats,
  NewChat,
  regenerateAnswer,
  renameChat,
  shareChat,
  stopAnswer,
  unshareChat,
} from '@nexus/shared/assistant';
import { z } from 'zod';
import type { ApiPorts } from '../platform/ports.ts';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';
import { answerRequest } from './answer.ts';

const tags = ['assistant'];

const answers = {
  200: {
    description:
      'Server-sent events, each with its JSON in `data`; with `Accept: application/json` the whole answer once it is there',
    content: { 'text/event-stream': { schema: ChatEvent }, 'application/json': { schema: ChatMessage } },
  },
} as const;

const ask = createRoute({
  method: 'post',
  path: '/chat',
  tags,
  summary: 'Ask the archive',
  description:
    'Answers in the language of the question, each statement with the passage it rests on. Events: start, status, passages, citation, text, usage, problem, end. Closing the connection stops the answer; what is written of it stays in the chat.',
  request: { body: body(AskChat) },
  responses: answers,
});
const regenerate = createRoute({
  method: 'post',
  path: '/chats/{id}/regenerate',
  tags,
  summary: 'Answer the last question of a chat anew',
  description: 'The answer before stays as an earlier version. Streams as POST /chat does.',
  request: { params: IdParam },
  responses: answers,
});
const stop = createRoute({
  method: 'post',
  path: '/chats/{id}/stop',
  tags,
  summary: 'Stop the answer under way',
  request: { params: IdParam },
  responses: { 204: nothing },
});
const create = createRoute({
  method: 'post',
  path: '/chats',
  tags,
  summary: 'Begin a chat without asking yet',
  request: { body: body(NewChat) },
  responses: { 201: json(ChatSummary, 'The empty chat') },
});
const list = createRoute({
  method: 'get',
  path: '/chats',
  tags,
  summary: 'My chats, or those that others of the organisation share, asked last first',
  request: { query: ChatFilter },
  responses: { 200: json(z.object({ chats: z.array(ChatSummary), nextCursor: z.string().nullable() }), 'A page') },
});
const read = createRoute({
  method: 'get',
  path: '/chats/{id}',
  tags,
  summary: 'A chat with its questions, answers and citations',
  request: { params: IdParam },
  responses: { 200: json(Chat, 'The chat') },
});
const change = createRoute({
  method: 'patch',
  path: '/chats/{id}',
  tags,
  summary: 'Rename a chat, share it with the organisation, or take it back',
  request: { params: IdParam, body: body(ChatChange) },
  responses: { 200: json(ChatSummary, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/chats/{id}',
  tags,
  summary: 'Delete a chat of my own',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export function chatRoutes(ports: ApiPorts) {
  return routes()
    .openapi(ask, (c) => {
      const input = c.req.valid('json');
      return answerRequest(c, ports, (ctx, options) => askChat(ctx, input, options));
    })
    .openapi(regenerate, (c) => {
      const { id } = c.req.valid('param');
      return answerRequest(c, ports, (ctx, options) => regenerateAnswer(ctx, { chatId: id }, options));
    })
    .openapi(stop, async (c) => {
      await stopAnswer(c.var.ctx, { chatId: c.req.valid('param').id });
      return c.body(null, 204);
    })
    .openapi(create, async (c) => {
      const chat = await createChat(c.var.ctx, c.req.valid('json'));
      return c.json(chat, 201, { location: `/api/chats/${chat.id}` });
    })
    .openapi(list, async (c) => c.json(await listChats(c.var.ctx, c.req.valid('query')), 200))
    .openapi(read, async (c) => c.json(await getChat(c.var.ctx, { chatId: c.req.valid('param').id }), 200))
    .openapi(change, async (c) => {
      const chatId = c.req.valid('param').id;
      const { title, shared } = c.req.valid('json');
      let chat = title === undefined ? undefined : await renameChat(c.var.ctx, { chatId, title });
      if (shared !== undefined) chat = await (shared ? shareChat : unshareChat)(c.var.ctx, { chatId });
      return c.json(chat ?? (await getChat(c.var.ctx, { chatId })), 200);
    })
    .openapi(remove, async (c) => {
      await deleteChat(c.var.ctx, { chatId: c.req.valid('param').id });
      return c.body(null, 204);
    });
}
