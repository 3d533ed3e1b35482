import { z } from 'zod';
import type { Finish, Generated, StreamEvent, ToolCall, Usage } from '../model.ts';
import { cutShort, parseAnswer } from './upstream-problem.ts';

const Answer = z.object({
  content: z.array(
    z
      .discriminatedUnion('type', [
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
      ])
      .or(z.object({ type: z.string() }).transform(() => null)),
  ),
  stop_reason: z.string().nullish(),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number() }),
});

/** The events that carry something; `ping` and those to come are passed over, as the documentation asks. */
const Piece = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('message_start'),
      message: z.object({ usage: z.object({ input_tokens: z.number() }) }),
    }),
    z.object({
      type: z.literal('content_block_start'),
      index: z.number(),
      content_block: z.object({ type: z.string(), id: z.string().optional(), name: z.string().optional() }),
    }),
    z.object({
      type: z.literal('content_block_delta'),
      index: z.number(),
      delta: z.object({ type: z.string(), text: z.string().optional(), partial_json: z.string().optional() }),
    }),
    z.object({
      type: z.literal('message_delta'),
      delta: z.object({ stop_reason: z.string().nullish() }),
      usage: z.object({ output_tokens: z.number() }),
    }),
    z.object({ type: z.literal('message_stop') }),
  ])
  .or(z.object({ type: z.string() }).transform(() => null));

/** A whole message. */
export function readMessage(label: string, raw: unknown): Generated {
  const answer = parseAnswer(label, Answer, raw);
  const toolCalls: ToolCall[] = [];
  let text = '';
  for (const block of answer.content) {
    if (block?.type === 'text') text += block.text;
    if (block?.type === 'tool_use') toolCalls.push({ id: block.id, name: block.name, input: block.input });
  }
  return {
    text,
    toolCalls,
    finish: readFinish(answer.stop_reason),
    usage: { inputTokens: answer.usage.input_tokens, outputTokens: answer.usage.output_tokens },
  };
}

/** A streamed message, from the data of its events. */
export async function* readMessageEvents(label: string, pieces: AsyncIterable<unknown>): AsyncGenerator<StreamEvent> {
  const calls = new Map<number, { id: string; name: string; json: string }>();
  let usage: Usage = { inputTokens: 0, outputTokens: 0 };
  let stopReason: string | null | undefined;
  for await (const raw of pieces) {
    const piece = parseAnswer(label, Piece, raw);
    switch (piece?.type) {
      case 'message_start':
        usage = { ...usage, inputTokens: piece.message.usage.input_tokens };
        break;
      case 'content_block_start':
        if (piece.content_block.type !== 'tool_use') break;
        calls.set(piece.index, { id: piece.content_block.id ?? '', name: piece.content_block.name ?? '', json: '' });
        break;
      case 'content_block_delta': {
        if (piece.delta.type === 'text_delta' && piece.delta.text) yield { type: 'text', text: piece.delta.text };
        const call = calls.get(piece.index);
        if (call && piece.delta.partial_json) call.json += piece.delta.partial_json;
        break;
      }
      case 'message_delta':
        stopReason = piece.delta.stop_reason;
        usage = { ...usage, outputTokens: piece.usage.output_tokens };
        break;
      case 'message_stop':
        for (const { id, name, json } of calls.values()) {
          yield { type: 'tool-call', call: { id, name, input: readInput(label, json) } };
        }
        yield { type: 'end', finish: readFinish(stopReason), usage };
        return;
    }
  }
  throw cutShort(label);
}

function readInput(label: string, json: string): unknown {
  try {
    return json === '' ? {} : JSON.parse(json);
  } catch (error) {
    throw cutShort(label, error);
  }
}

function readFinish(reason: string | null | undefined): Finish {
  if (reason === 'tool_use') return 'tools';
  if (reason === 'max_tokens' || reason === 'model_context_window_exceeded') return 'length';
  return reason === 'refusal' ? 'refused' : 'complete';
}
