import { z } from 'zod';
import { NexusError } from '../../platform/errors.ts';
import {
  addUsage,
  type Generated,
  type GenerateJsonRequest,
  type GenerateRequest,
  type ModelMessage,
  NO_USAGE,
  type Usage,
} from '../model.ts';

/** What a model needs besides plain `generate`: the schema, so that it can use its service's own JSON mode. */
export type GenerateText = (request: GenerateRequest, jsonSchema: object) => Promise<Generated>;

/** Asks for JSON, checks it, and asks once more with the errors told. Models that never write JSON end as `upstream-refused`. */
export async function generateJson<Value>(
  label: string,
  generate: GenerateText,
  { schema, salvage, ...request }: GenerateJsonRequest<Value>,
): Promise<{ value: Value; usage: Usage; requests: number }> {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io: 'input' });
  const instruction = `Answer with one JSON value and nothing else. It must match this JSON Schema:\n${JSON.stringify(jsonSchema)}`;
  const system = [request.system, instruction].filter(Boolean).join('\n\n');

  let messages: readonly ModelMessage[] = request.messages;
  let usage: Usage = NO_USAGE;
  let problem = '';
  const misfits: unknown[] = [];
  for (let attempt = 1; attempt <= 2; attempt++) {
    const answer = await generate({ ...request, system, messages }, jsonSchema);
    usage = addUsage(usage, answer.usage);
    const read = readJson(answer.text, schema);
    if (read.isValid) return { value: read.value, usage, requests: attempt };
    if ('json' in read) misfits.unshift(read.json);

    problem = answer.finish === 'length' ? 'The answer was cut off: be briefer.' : read.problem;
    messages = [
      ...request.messages,
      { role: 'assistant', text: answer.text || '(nothing)' },
      {
        role: 'user',
        text: `That does not match the schema. ${problem}\nAnswer again with the corrected JSON value only.`,
      },
    ];
  }
  const saved = misfits.length > 0 ? salvage?.(misfits) : undefined;
  if (saved !== undefined) return { value: saved, usage, requests: 2 };
  throw new NexusError('upstream-refused', `${label} did not answer in the form asked for. ${problem.slice(0, 200)}`);
}

function readJson<Value>(
  text: string,
  schema: z.ZodType<Value>,
): { isValid: true; value: Value } | { isValid: false; problem: string; json?: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(withoutWrapping(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { isValid: false, problem: `It is not JSON: ${error.message}.` };
  }
  const parsed = schema.safeParse(json);
  return parsed.success
    ? { isValid: true, value: parsed.data }
    : { isValid: false, problem: z.prettifyError(parsed.error), json };
}

/** Small models like to put a Markdown fence or a sentence around the value. */
function withoutWrapping(text: string): string {
  const start = text.search(/[{[]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  return start === -1 || end < start ? text.trim() : text.slice(start, end + 1);
}
