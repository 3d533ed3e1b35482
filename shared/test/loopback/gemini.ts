import { z } from 'zod';
import { type ModelServer, modelServer, pieces, type Reply, type WireFormat } from './model-server.ts';

const Part = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({
    functionCall: z.strictObject({ name: z.string(), args: z.looseObject({}) }),
    thoughtSignature: z.literal('signed-by-the-service'),
  }),
  z.strictObject({
    functionResponse: z.strictObject({ name: z.string(), response: z.looseObject({ result: z.string() }) }),
  }),
]);

/** https://ai.google.dev/api/generate-content */
const Body = z.strictObject({
  contents: z.array(z.strictObject({ role: z.enum(['user', 'model']), parts: z.array(Part).min(1) })).min(1),
  systemInstruction: z
    .strictObject({ role: z.literal('system'), parts: z.array(z.strictObject({ text: z.string() })) })
    .optional(),
  tools: z
    .array(
      z.strictObject({
        functionDeclarations: z.array(
          z.strictObject({ name: z.string(), description: z.string(), parametersJsonSchema: z.looseObject({}) }),
        ),
      }),
    )
    .optional(),
  generationConfig: z
    .strictObject({
      maxOutputTokens: z.number().optional(),
      temperature: z.number().optional(),
      responseMimeType: z.literal('application/json').optional(),
    })
    .optional(),
  safetySettings: z.unknown(),
});

const EmbedBody = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        model: z.string(),
        content: z.strictObject({ role: z.string(), parts: z.tuple([z.strictObject({ text: z.string() })]) }),
        taskType: z.enum(['RETRIEVAL_QUERY', 'RETRIEVAL_DOCUMENT']),
        outputDimensionality: z.number(),
      }),
    )
    .max(100),
});

type Turn = { role: 'user' | 'assistant' | 'tool'; text: string };

const wire: WireFormat = {
  read(request, raw) {
    const url = new URL(request.url);
    const [, model, method] =
      /^\/v1beta\/models\/([^:]+):(generateContent|streamGenerateContent)$/.exec(url.pathname) ?? [];
    if (!model) throw new Error(`no such path: ${url.pathname}`);
    const isStream = method === 'streamGenerateContent';
    if (isStream && url.searchParams.get('alt') !== 'sse') throw new Error('this server streams only events');
    const body = Body.parse(raw);
    return {
      model,
      key: request.headers.get('x-goog-api-key'),
      system: body.systemInstruction?.parts.map(({ text }) => text).join('') ?? null,
      turns: body.contents.map(({ role, parts }): Turn => {
        const text = parts.map(partText).join('');
        if (parts.some((part) => 'functionResponse' in part)) return { role: 'tool', text };
        return { role: role === 'model' ? 'assistant' : 'user', text };
      }),
      tools: (body.tools ?? []).flatMap(({ functionDeclarations }) =>
        functionDeclarations.map(({ name, parametersJsonSchema }) => ({ name, schema: parametersJsonSchema })),
      ),
      maxOutputTokens: body.generationConfig?.maxOutputTokens ?? null,
      temperature: body.generationConfig?.temperature ?? null,
      isStream,
      wantsJson: body.generationConfig?.responseMimeType !== undefined,
    };
  },
  answer: (reply) => ({
    candidates: [{ content: { role: 'model', parts: parts(reply) }, finishReason: finishReason(reply), index: 0 }],
    usageMetadata: usage(reply),
    modelVersion: 'loopback',
  }),
  events(reply) {
    const event = (data: unknown) => `data: ${JSON.stringify(data)}\r\n\r\n`;
    const candidate = (part: unknown, end = {}) => ({
      candidates: [{ content: { role: 'model', parts: [part] }, index: 0, ...end }],
    });
    if (reply.kind === 'tool-call')
      return [event({ ...candidate(parts(reply)[0], { finishReason: 'STOP' }), usageMetadata: usage(reply) })];
    const texts = pieces(reply.text).map((text) => event(candidate({ text })));
    if (reply.kind === 'cut') return texts;
    return [
      ...texts,
      event({ ...candidate({ text: '' }, { finishReason: finishReason(reply) }), usageMetadata: usage(reply) }),
    ];
  },
  errorInside: (status) => ({ error: { code: status, message: 'told by the loopback', status: 'REFUSED' } }),
  refusal({ status, retryAfterSeconds }) {
    const details: unknown[] = [];
    // A wrong key is 400 with a reason, and the wait is in the details.
    if (status === 400)
      details.push({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' });
    if (retryAfterSeconds !== undefined) {
      details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterSeconds}s` });
    }
    return { body: { error: { code: status, message: 'refused by the loopback', status: 'REFUSED', details } } };
  },
  other(request, raw) {
    const model = /^\/v1beta\/models\/([^:]+):batchEmbedContents$/.exec(new URL(request.url).pathname)?.[1];
    if (!model) return undefined;
    const { requests } = EmbedBody.parse(raw);
    const length = model === 'short-vectors' ? 384 : requests[0]!.outputDimensionality;
    return Response.json({
      embeddings: requests.map(({ content, taskType }) => ({
        values: hashedNumbers(`${taskType} ${content.parts[0].text}`, length),
      })),
    });
  },
};

/** Gemini's API on loopback: generateContent, streamGenerateContent and batchEmbedContents. */
export function geminiServer(): ModelServer {
  return modelServer(wire);
}

type Answerable = Extract<Reply, { kind: 'text' | 'tool-call' | 'cut' }>;

function parts(reply: Answerable): unknown[] {
  if (reply.kind !== 'tool-call') return [{ text: 'Thinking about it.', thought: true }, { text: reply.text }];
  return [{ functionCall: { name: reply.name, args: reply.input }, thoughtSignature: 'signed-by-the-service' }];
}

function finishReason(reply: Answerable): string {
  return reply.kind === 'text' && reply.isCutOff ? 'MAX_TOKENS' : 'STOP';
}

function usage(reply: Answerable) {
  const { inputTokens = 11, outputTokens = 7 } = reply.kind === 'text' ? reply : {};
  // Reasoning is counted apart here; together they are the output.
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens - 2,
    thoughtsTokenCount: 2,
    totalTokenCount: inputTokens + outputTokens,
  };
}

function partText(part: z.output<typeof Part>): string {
  if ('text' in part) return part.text;
  if ('functionCall' in part) return `${part.functionCall.name}(${JSON.stringify(part.functionCall.args)})`;
  return part.functionResponse.response.result;
}

/** Numbers that depend on the text alone and are not of unit length. */
export function hashedNumbers(text: string, length: number): number[] {
  return Array.from({ length }, (_, index) => Number(Bun.hash.wyhash(`${index}:${text}`) % 2000n) / 100 - 10);
}
