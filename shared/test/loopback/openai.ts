import { z } from 'zod';
import { hashedNumbers } from './gemini.ts';
import {
  bearer,
  type ModelServer,
  modelServer,
  pieces,
  type Reply,
  retryAfter,
  type WireFormat,
} from './model-server.ts';

const Message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: z.string() }),
  z.strictObject({ role: z.literal('user'), content: z.string() }),
  z.strictObject({ role: z.literal('tool'), content: z.string(), tool_call_id: z.string().min(1) }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string(),
    tool_calls: z
      .array(
        z.strictObject({
          id: z.string().min(1),
          type: z.literal('function'),
          function: z.strictObject({ name: z.string(), arguments: z.string() }),
        }),
      )
      .min(1)
      .optional(),
  }),
]);

/** https://platform.openai.com/docs/api-reference/chat/create */
const Body = z.strictObject({
  model: z.string(),
  messages: z.array(Message).min(1),
  max_tokens: z.number().optional(),
  temperature: z.number().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({ name: z.string(), description: z.string(), parameters: z.looseObject({}) }),
      }),
    )
    .optional(),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({ name: z.string(), schema: z.looseObject({}) }),
    })
    .optional(),
  stream: z.boolean().optional(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).optional(),
});

/** https://platform.openai.com/docs/api-reference/embeddings/create */
const EmbedBody = z.strictObject({
  model: z.string(),
  input: z.array(z.string()).min(1).max(2048),
  encoding_format: z.literal('float'),
  dimensions: z.number().optional(),
});

const wire: WireFormat = {
  read(request, raw) {
    if (new URL(request.url).pathname !== '/v1/chat/completions') throw new Error(`no such path: ${request.url}`);
    const body = Body.parse(raw);
    const system = body.messages.find(({ role }) => role === 'system')?.content ?? null;
    return {
      model: body.model,
      key: bearer(request),
      system,
      turns: body.messages.flatMap((message) => {
        if (message.role === 'system') return [];
        const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : [];
        return [
          {
            role: message.role,
            text: message.content + calls.map(({ function: f }) => `${f.name}(${f.arguments})`).join(''),
          },
        ];
      }),
      tools: (body.tools ?? []).map(({ function: { name, parameters } }) => ({ name, schema: parameters })),
      maxOutputTokens: body.max_tokens ?? null,
      temperature: body.temperature ?? null,
      isStream: body.stream ?? false,
      wantsJson: body.response_format !== undefined,
    };
  },
  answer: (reply) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'loopback',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', ...message(reply) },
        finish_reason: finishReason(reply),
        logprobs: null,
      },
    ],
    usage: usage(reply),
  }),
  events(reply) {
    const event = (data: object) =>
      `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'loopback', ...data })}\n\n`;
    const delta = (value: object, finish_reason: string | null = null) =>
      event({ choices: [{ index: 0, delta: value, finish_reason }] });
    const start = delta({ role: 'assistant', content: '' });
    if (reply.kind === 'cut') return [start, ...pieces(reply.text).map((content) => delta({ content }))];
    const content =
      reply.kind === 'text'
        ? pieces(reply.text).map((piece) => delta({ content: piece }))
        : [
            delta({
              tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: reply.name, arguments: '' } }],
            }),
            ...pieces(JSON.stringify(reply.input)).map((piece) =>
              delta({ tool_calls: [{ index: 0, function: { arguments: piece } }] }),
            ),
          ];
    return [
      start,
      ...content,
      delta({}, finishReason(reply)),
      event({ choices: [], usage: usage(reply) }),
      'data: [DONE]\n\n',
    ];
  },
  errorInside: (status) => ({
    error: { message: 'told by the loopback', type: 'provider_error', param: null, code: status },
  }),
  refusal: ({ retryAfterSeconds, retryAfterDate }) => ({
    body: { error: { message: 'refused by the loopback', type: 'refused', param: null, code: null } },
    ...retryAfter(retryAfterSeconds, retryAfterDate),
  }),
  other(request, raw) {
    if (new URL(request.url).pathname !== '/v1/embeddings') return undefined;
    const { model, input, dimensions = 1536 } = EmbedBody.parse(raw);
    const length = model === 'short-vectors' ? 384 : dimensions;
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: hashedNumbers(text, length) }));
    // The order is promised by `index` alone.
    return Response.json({
      object: 'list',
      data: data.toReversed(),
      model,
      usage: { prompt_tokens: input.length, total_tokens: input.length },
    });
  },
};

/** OpenAI's API on loopback: chat completions and embeddings below `/v1`. */
export function openaiServer(): ModelServer {
  return modelServer(wire);
}

type Answerable = Extract<Reply, { kind: 'text' | 'tool-call' }>;

function message(reply: Answerable) {
  if (reply.kind === 'text') return { content: reply.text, refusal: null };
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: reply.name, arguments: JSON.stringify(reply.input) },
  };
  return { content: null, refusal: null, tool_calls: [call] };
}

function finishReason(reply: Answerable): string {
  if (reply.kind === 'tool-call') return 'tool_calls';
  return reply.isCutOff ? 'length' : 'stop';
}

function usage(reply: Answerable) {
  const { inputTokens = 11, outputTokens = 7 } = reply.kind === 'text' ? reply : {};
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}
