import { z } from 'zod';
import { type ModelAdapter, parseConfig } from '../adapter.ts';
import { prices, readPrice } from '../price.ts';
import type { Generated, GenerateRequest, Model, ModelMessage, StreamEvent } from '../model.ts';
import { readMessage, readMessageEvents } from './anthropic-answer.ts';
import { anthropicAnswer, anthropicStream } from './anthropic-connection.ts';
import { apiKey, connectionSettings } from './connection-settings.ts';
import { generateJson } from './generate-json.ts';
import { watch } from './watch.ts';

const settings = connectionSettings('https://api.anthropic.com').extend({
  model: z.string().trim().min(1).default('claude-haiku-4-5').meta({ title: 'Model' }),
  ...prices,
});

const credentials = apiKey('Anthropic API key');

/** Anthropic's Messages API over plain fetch: https://platform.claude.com/docs/en/api/messages */
export const anthropic: ModelAdapter = {
  id: 'anthropic',
  label: 'Anthropic',
  description: 'Claude models, with a key from the Claude Console.',
  settings,
  credentials,
  create(config) {
    const parsed = parseConfig({ label: 'Anthropic', settings, credentials }, config);
    return anthropicModel(parsed.settings, parsed.credentials.apiKey);
  },
};

function anthropicModel(options: z.output<typeof settings>, apiKey: string): Model {
  const { model, baseUrl, timeoutSeconds } = options;
  const label = `Anthropic (${model})`;
  const connection = { label, baseUrl, apiKey };

  async function generate(request: GenerateRequest): Promise<Generated> {
    using guard = watch(label, timeoutSeconds, request.signal);
    const answer = await anthropicAnswer(connection, requestBody(model, request), guard);
    return readMessage(label, answer);
  }

  async function* stream(request: GenerateRequest): AsyncGenerator<StreamEvent> {
    using guard = watch(label, timeoutSeconds, request.signal);
    yield* readMessageEvents(
      label,
      anthropicStream(connection, { ...requestBody(model, request), stream: true }, guard),
    );
  }

  return {
    id: `anthropic:${model}`,
    label,
    // Half of the 200,000 tokens every model takes.
    inputCharacters: 400_000,
    price: readPrice(options),
    generate,
    stream,
    generateJson: (request) => generateJson(label, generate, request),
  };
}

/** The limit is obligatory on this wire; 4,096 tokens are some 3,000 words. */
function requestBody(model: string, request: GenerateRequest) {
  return {
    model,
    max_tokens: request.maxOutputTokens ?? 4096,
    messages: request.messages.map(message),
    ...(request.system ? { system: request.system } : {}),
    ...(request.temperature === undefined ? {} : { temperature: Math.min(1, request.temperature) }),
    ...(request.tools?.length ? { tools: request.tools.map(tool) } : {}),
  };
}

function message(turn: ModelMessage) {
  if (turn.role === 'user') return { role: 'user', content: turn.text };
  if (turn.role === 'tool') {
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: turn.toolCallId, content: turn.text }] };
  }
  const calls = (turn.toolCalls ?? []).map(({ id, name, input }) => ({ type: 'tool_use', id, name, input }));
  const text = turn.text === '' ? [] : [{ type: 'text', text: turn.text }];
  return { role: 'assistant', content: [...text, ...calls] };
}

function tool({ name, description, input }: { name: string; description: string; input: z.ZodType }) {
  const { $schema: _, ...input_schema } = z.toJSONSchema(input, { io: 'input' });
  return { name, description, input_schema };
}
