import { type Content, GoogleGenerativeAI, type GenerateContentRequest, type Part } from '@google/generative-ai';
import { z } from 'zod';
import { type ModelAdapter, parseConfig } from '../adapter.ts';
import { prices, readPrice } from '../price.ts';
import type { Generated, GenerateRequest, Model, ModelMessage, StreamEvent } from '../model.ts';
import { readGeminiAnswer, readGeminiPieces } from './gemini-answer.ts';
import { generateJson } from './generate-json.ts';
import { geminiAnswer, geminiCredentials, geminiProblem, geminiSettings } from './gemini-connection.ts';
import { watch } from './watch.ts';

const settings = geminiSettings.extend({
  model: z.string().trim().min(1).default('gemini-flash-latest').meta({ title: 'Model' }),
  ...prices,
});

/** Google's Gemini through its own client. Wire format: https://ai.google.dev/api/generate-content */
export const gemini: ModelAdapter = {
  id: 'gemini',
  label: 'Google Gemini',
  description: 'Google’s models, with a key from Google AI Studio.',
  settings,
  credentials: geminiCredentials,
  create(config) {
    const parsed = parseConfig({ label: 'Google Gemini', settings, credentials: geminiCredentials }, config);
    return geminiModel(parsed.settings, parsed.credentials.apiKey);
  },
};

function geminiModel(options: z.output<typeof settings>, apiKey: string): Model {
  const { model, baseUrl, timeoutSeconds } = options;
  const label = `Gemini (${model})`;
  const service = new GoogleGenerativeAI(apiKey).getGenerativeModel({ model }, { baseUrl });

  async function generate(request: GenerateRequest, asJson = false): Promise<Generated> {
    using guard = watch(label, timeoutSeconds, request.signal);
    try {
      const { response } = await service.generateContent(requestBody(request, asJson), { signal: guard.signal });
      return readGeminiAnswer(label, geminiAnswer(label, response));
    } catch (error) {
      guard.check();
      throw geminiProblem(label, error);
    }
  }

  async function* stream(request: GenerateRequest): AsyncGenerator<StreamEvent> {
    using guard = watch(label, timeoutSeconds, request.signal);
    try {
      const { stream: pieces, response } = await service.generateContentStream(requestBody(request), {
        signal: guard.signal,
      });
      // The client reads the stream a second time for this promise; the loop below reports the same failure.
      response.catch(() => undefined);
      yield* readGeminiPieces(label, pieces, guard);
    } catch (error) {
      guard.check();
      throw geminiProblem(label, error);
    }
  }

  return {
    id: `gemini:${model}`,
    label,
    // A million tokens fit; a tenth of that keeps the price and the wait of one call modest.
    inputCharacters: 400_000,
    price: readPrice(options),
    generate: (request) => generate(request),
    stream,
    generateJson: (request) => generateJson(label, (plain) => generate(plain, true), request),
  };
}

function requestBody(request: GenerateRequest, asJson = false): GenerateContentRequest {
  return {
    contents: request.messages.map(content),
    ...(request.system ? { systemInstruction: { role: 'system', parts: [{ text: request.system }] } } : {}),
    ...(request.tools?.length ? { tools: [{ functionDeclarations: request.tools.map(declaration) }] as never } : {}),
    generationConfig: {
      ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: request.maxOutputTokens }),
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      // The schema goes in words: this API's own schema language is a subset that refuses common JSON Schema.
      ...(asJson ? { responseMimeType: 'application/json' } : {}),
    },
  };
}

/** `parametersJsonSchema` takes JSON Schema as it is; the client's types know only the older `parameters`. */
function declaration(tool: { name: string; description: string; input: z.ZodType }) {
  const { $schema: _, ...parametersJsonSchema } = z.toJSONSchema(tool.input, { io: 'input' });
  return { name: tool.name, description: tool.description, parametersJsonSchema };
}

function content(message: ModelMessage): Content {
  if (message.role === 'user') return { role: 'user', parts: [{ text: message.text }] };
  if (message.role === 'tool') {
    return { role: 'user', parts: [{ functionResponse: { name: message.name, response: { result: message.text } } }] };
  }
  const parts: Part[] = message.text === '' ? [] : [{ text: message.text }];
  for (const call of message.toolCalls ?? []) {
    const functionCall = { name: call.name, args: call.input as object };
    parts.push({ functionCall, ...(call.signature ? { thoughtSignature: call.signature } : {}) } as Part);
  }
  return { role: 'model', parts };
}
