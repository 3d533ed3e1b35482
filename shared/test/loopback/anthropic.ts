import { z } from 'zod';
import { type ModelServer, modelServer, pieces, type Reply, retryAfter, type WireFormat } from './model-server.ts';

const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('tool_use'), id: z.string().min(1), name: z.string(), input: z.looseObject({}) }),
  z.strictObject({ type: z.literal('tool_result'), tool_use_id: z.string().min(1), content: z.string() }),
]);

/** https://platform.claude.com/docs/en/api/messages */
const Body = z.strictObject({
  model: z.string(),
  max_tokens: z.number().int().positive(),
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['user', 'assistant']),
        content: z.union([z.string().min(1), z.array(Block).min(1)]),
      }),
    )
    .min(1),
  system: z.string().optional(),
  temperature: z.number().min(0).max(1).optional(),
  tools: z
    .array(z.strictObject({ name: z.string(), description: z.string(), input_schema: z.looseObject({}) }))
    .optional(),
  stream: z.boolean().optional(),
});

const wire: WireFormat = {
  read(request, raw) {
    if (new URL(request.url).pathname !== '/v1/messages') throw new Error(`no such path: ${request.url}`);
    if (request.headers.get('anthropic-version') !== '2023-06-01')
      throw new Error('anthropic-version: header is required');
    const body = Body.parse(raw);
    return {
      model: body.model,
      key: request.headers.get('x-api-key'),
      system: body.system ?? null,
      turns: body.messages.map(({ role, content }) => {
        if (typeof content === 'string') return { role, text: content };
        return {
          role: content.some(({ type }) => type === 'tool_result') ? ('tool' as const) : role,
          text: content.map(blockText).join(''),
        };
      }),
      tools: (body.tools ?? []).map(({ name, input_schema }) => ({ name, schema: input_schema })),
      maxOutputTokens: body.max_tokens,
      temperature: body.temperature ?? null,
      isStream: body.stream ?? false,
      wantsJson: body.system?.includes('JSON Schema') ?? false,
    };
  },
  answer: (reply) => ({ ...envelope, content: [block(reply)], stop_reason: stopReason(reply), usage: usage(reply) }),
  events(reply) {
    const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
    const delta = (value: object) => event('content_block_delta', { index: 0, delta: value });
    const { input_tokens, output_tokens } = usage(reply);
    const start = [
      event('message_start', {
        message: { ...envelope, content: [], stop_reason: null, usage: { input_tokens, output_tokens: 1 } },
      }),
      event('content_block_start', {
        index: 0,
        content_block: reply.kind === 'tool-call' ? { ...block(reply), input: {} } : { type: 'text', text: '' },
      }),
      event('ping', {}),
    ];
    if (reply.kind === 'cut')
      return [...start, ...pieces(reply.text).map((text) => delta({ type: 'text_delta', text }))];
    const content =
      reply.kind === 'text'
        ? pieces(reply.text).map((text) => delta({ type: 'text_delta', text }))
        : pieces(JSON.stringify(reply.input)).map((partial_json) => delta({ type: 'input_json_delta', partial_json }));
    return [
      ...start,
      ...content,
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: stopReason(reply), stop_sequence: null },
        usage: { output_tokens },
      }),
      event('message_stop', {}),
    ];
  },
  errorInside: (status) => ({
    type: 'error',
    error: {
      type: { 400: 'invalid_request_error', 429: 'rate_limit_error' }[status] ?? 'overloaded_error',
      message: 'told by the loopback',
    },
  }),
  refusal: ({ status, retryAfterSeconds, retryAfterDate }) => ({
    body: {
      type: 'error',
      error: { type: status === 529 ? 'overloaded_error' : 'api_error', message: 'refused by the loopback' },
    },
    ...retryAfter(retryAfterSeconds, retryAfterDate),
  }),
};

/** Anthropic's Messages API on loopback. */
export function anthropicServer(): ModelServer {
  return modelServer(wire);
}

const envelope = { id: 'msg_1', type: 'message', role: 'assistant', model: 'loopback', stop_sequence: null };

type Answerable = Extract<Reply, { kind: 'text' | 'tool-call' | 'cut' }>;

function block(reply: Answerable) {
  if (reply.kind !== 'tool-call') return { type: 'text', text: reply.text };
  return { type: 'tool_use', id: 'toolu_1', name: reply.name, input: reply.input };
}

function stopReason(reply: Answerable): string {
  if (reply.kind === 'tool-call') return 'tool_use';
  return reply.kind === 'text' && reply.isCutOff ? 'max_tokens' : 'end_turn';
}

function usage(reply: Answerable) {
  const { inputTokens = 11, outputTokens = 7 } = reply.kind === 'text' ? reply : {};
  return { input_tokens: inputTokens, output_tokens: outputTokens };
}

function blockText(part: z.output<typeof Block>): string {
  if (part.type === 'text') return part.text;
  return part.type === 'tool_use' ? `${part.name}(${JSON.stringify(part.input)})` : part.content;
}
