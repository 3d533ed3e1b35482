import { z } from 'zod';
import type { Finish, Generated, StreamEvent, ToolCall, Usage } from '../model.ts';
import { openaiAnswer } from './openai-connection.ts';
import { cutShort, parseAnswer } from './upstream-problem.ts';
import type { Watch } from './watch.ts';

const UsageAnswer = z
  .object({ prompt_tokens: z.number().default(0), completion_tokens: z.number().default(0) })
  .nullish()
  .transform((usage): Usage => ({
    inputTokens: usage?.prompt_tokens ?? 0,
    outputTokens: usage?.completion_tokens ?? 0,
  }));

const Answer = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) }))
            .nullish(),
        }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: UsageAnswer,
});

const Piece = z.object({
  choices: z.array(
    z.object({
      delta: z
        .object({
          content: z.string().nullish(),
          tool_calls: z
            .array(
              z.object({
                index: z.number().default(0),
                id: z.string().nullish(),
                function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: UsageAnswer,
});

/** A whole chat completion. */
export function readChatAnswer(label: string, raw: unknown): Generated {
  const answer = parseAnswer(label, Answer, raw);
  const { message, finish_reason } = answer.choices[0]!;
  const toolCalls = (message.tool_calls ?? []).map((call) =>
    toolCall(call.id, call.function.name, call.function.arguments),
  );
  return {
    text: message.content ?? '',
    toolCalls,
    finish: message.refusal ? 'refused' : readFinish(finish_reason, toolCalls.length > 0),
    usage: answer.usage,
  };
}

/** A streamed chat completion, chunk by chunk. */
export async function* readChatPieces(
  label: string,
  pieces: AsyncIterable<unknown>,
  guard: Watch,
): AsyncGenerator<StreamEvent> {
  const calls = new Map<number, { id: string; name: string; json: string }>();
  let finishReason: string | undefined;
  let usage: Usage = { inputTokens: 0, outputTokens: 0 };
  for await (const raw of pieces) {
    const piece = parseAnswer(label, Piece, openaiAnswer(label, raw));
    guard.touch(piece.choices[0]?.delta?.content?.length);
    guard.check();
    if (piece.usage.inputTokens + piece.usage.outputTokens > 0) usage = piece.usage;
    const choice = piece.choices[0];
    if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content };
    for (const part of choice?.delta?.tool_calls ?? []) {
      const call = calls.get(part.index) ?? { id: '', name: '', json: '' };
      calls.set(part.index, {
        id: part.id ?? call.id,
        name: part.function?.name ?? call.name,
        json: call.json + (part.function?.arguments ?? ''),
      });
    }
    finishReason = choice?.finish_reason ?? finishReason;
  }
  // The client ends its loop quietly when the request was aborted.
  guard.check();
  if (finishReason === undefined) throw cutShort(label);
  for (const { id, name, json } of calls.values()) yield { type: 'tool-call', call: toolCall(id, name, json) };
  yield { type: 'end', finish: readFinish(finishReason, calls.size > 0), usage };
}

function readFinish(reason: string | null | undefined, hasToolCalls: boolean): Finish {
  // Some servers say "stop" where a call follows.
  if (hasToolCalls) return 'tools';
  if (reason === 'length') return 'length';
  return reason === 'content_filter' ? 'refused' : 'complete';
}

/** Arguments are JSON written by the model: text that is not JSON stays text, for the tool's schema to refuse. */
function toolCall(id: string, name: string, json: string): ToolCall {
  try {
    return { id, name, input: json.trim() === '' ? {} : JSON.parse(json) };
  } catch (error) {
    if (error instanceof SyntaxError) return { id, name, input: json };
    throw error;
  }
}
