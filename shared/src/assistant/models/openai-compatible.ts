import type { ChatCompletionCreateParamsBase, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { z } from 'zod';
import { type ModelAdapter, parseConfig } from '../adapter.ts';
import { prices, readPrice } from '../price.ts';
import type { Generated, GenerateRequest, Model, ModelMessage, StreamEvent } from '../model.ts';
import { generateJson } from './generate-json.ts';
import { readChatAnswer, readChatPieces } from './openai-answer.ts';
import {
  isOpenai,
  openaiAnswer,
  openaiClient,
  openaiCredentials,
  openaiProblem,
  openaiSettings,
} from './openai-connection.ts';
import { watch } from './watch.ts';

const settings = openaiSettings.extend({
  model: z
    .string()
    .trim()
    .min(1)
    .meta({ title: 'Model', examples: ['gpt-5-mini', 'llama3.2'] }),
  /** Ollama serves 4,096 tokens by default and cuts the rest off without a word: 12,000 characters stay within. */
  inputCharacters: z.int().min(2_000).max(2_000_000).optional().meta({ title: 'Characters one request may carry' }),
  ...prices,
  jsonMode: z.enum(['schema', 'object', 'none']).default('schema').meta({
    title: 'JSON mode',
    description: 'How the server is told to write JSON. Older servers know less than “schema”.',
  }),
});

/** OpenAI, and what speaks its Chat Completions: Ollama, llama.cpp, vLLM. https://platform.openai.com/docs/api-reference/chat */
export const openaiCompatible: ModelAdapter = {
  id: 'openai-compatible',
  label: 'OpenAI or compatible',
  description: 'OpenAI, or a server that speaks its API: Ollama, llama.cpp, vLLM and others.',
  settings,
  credentials: openaiCredentials,
  create(config) {
    const parsed = parseConfig({ label: 'OpenAI or compatible', settings, credentials: openaiCredentials }, config);
    return openaiModel(parsed.settings, parsed.credentials.apiKey);
  },
};

function openaiModel(options: z.output<typeof settings>, apiKey: string | undefined): Model {
  const { model, baseUrl, timeoutSeconds, jsonMode } = options;
  const label = `${new URL(baseUrl).hostname} (${model})`;
  let opened: ReturnType<typeof openaiClient> | undefined;
  const client = () => (opened ??= openaiClient(baseUrl, apiKey));
  const limitField = isOpenai(baseUrl) ? 'max_completion_tokens' : 'max_tokens';

  function body(request: GenerateRequest, jsonSchema?: object) {
    return {
      model,
      messages: messages(request),
      ...(request.maxOutputTokens === undefined ? {} : { [limitField]: request.maxOutputTokens }),
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      ...(request.tools?.length ? { tools: request.tools.map(tool) } : {}),
      ...(jsonSchema && jsonMode !== 'none' ? { response_format: responseFormat(jsonMode, jsonSchema) } : {}),
    } satisfies ChatCompletionCreateParamsBase;
  }

  async function generate(request: GenerateRequest, jsonSchema?: object): Promise<Generated> {
    using guard = watch(label, timeoutSeconds, request.signal);
    try {
      const { chat } = await client();
      const answer = await chat.completions.create(body(request, jsonSchema), { signal: guard.signal });
      return readChatAnswer(label, openaiAnswer(label, answer));
    } catch (error) {
      guard.check();
      throw await openaiProblem(label, error);
    }
  }

  async function* stream(request: GenerateRequest): AsyncGenerator<StreamEvent> {
    using guard = watch(label, timeoutSeconds, request.signal);
    try {
      const { chat } = await client();
      const pieces = await chat.completions.create(
        { ...body(request), stream: true, stream_options: { include_usage: true } },
        { signal: guard.signal },
      );
      yield* readChatPieces(label, pieces, guard);
    } catch (error) {
      guard.check();
      throw await openaiProblem(label, error);
    }
  }

  return {
    id: `openai-compatible:${model}`,
    label,
    inputCharacters: options.inputCharacters ?? (isOpenai(baseUrl) ? 200_000 : 12_000),
    price: readPrice(options),
    generate: (request) => generate(request),
    stream,
    generateJson: (request) => generateJson(label, generate, request),
  };
}

function messages(request: GenerateRequest): ChatCompletionMessageParam[] {
  const system: ChatCompletionMessageParam[] = request.system ? [{ role: 'system', content: request.system }] : [];
  return [...system, ...request.messages.map(message)];
}

function message(turn: ModelMessage): ChatCompletionMessageParam {
  if (turn.role === 'user') return { role: 'user', content: turn.text };
  if (turn.role === 'tool') return { role: 'tool', tool_call_id: turn.toolCallId, content: turn.text };
  const tool_calls = (turn.toolCalls ?? []).map((call) => ({
    id: call.id,
    type: 'function' as const,
    function: { name: call.name, arguments: JSON.stringify(call.input) },
  }));
  return { role: 'assistant', content: turn.text, ...(tool_calls.length > 0 ? { tool_calls } : {}) };
}

function tool({ name, description, input }: { name: string; description: string; input: z.ZodType }) {
  const { $schema: _, ...parameters } = z.toJSONSchema(input, { io: 'input' });
  return { type: 'function' as const, function: { name, description, parameters } };
}

function responseFormat(mode: 'schema' | 'object', jsonSchema: object) {
  if (mode === 'object') return { type: 'json_object' as const };
  // Not strict: strict mode refuses optional fields, and the answer is checked here anyway.
  return {
    type: 'json_schema' as const,
    json_schema: { name: 'answer', schema: jsonSchema as Record<string, unknown> },
  };
}
