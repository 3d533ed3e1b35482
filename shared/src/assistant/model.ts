import type { z } from 'zod';
import type { Price } from './price.ts';

/** What a call cost, in tokens as the service counts them. Reasoning counts as output. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A tool the model asks for. `input` is what the model wrote: check it before use. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  /** Opaque to us: some services want it back unchanged with the call (Gemini's thought signature). */
  readonly signature?: string;
}

export interface ModelTool {
  readonly name: string;
  /** Tells the model when to use it. */
  readonly description: string;
  readonly input: z.ZodType;
}

/** One turn. A tool's result follows the assistant's turn that asked for it. */
export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly name: string; readonly text: string };

export interface GenerateRequest {
  readonly system?: string;
  /** Starts with a user's turn. */
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ModelTool[];
  readonly maxOutputTokens?: number;
  /** 0 to 2. Left to the service when absent: some models refuse any value but their own. */
  readonly temperature?: number;
  /** An abort rejects with the signal's own reason. */
  readonly signal?: AbortSignal;
}

/** Why the model stopped. `length`: the answer is cut off. `refused`: the service's filter spoke. */
export type Finish = 'complete' | 'length' | 'tools' | 'refused';

export interface Generated {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: Finish;
  readonly usage: Usage;
}

/** Pieces of text as they come, then whole tool calls, then exactly one `end`. */
export type StreamEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-call'; readonly call: ToolCall }
  | { readonly type: 'end'; readonly finish: Finish; readonly usage: Usage };

export interface GenerateJsonRequest<Value> extends Omit<GenerateRequest, 'tools'> {
  readonly schema: z.ZodType<Value>;
  /** What to make of answers that are JSON and do not fit, newest first, instead of failing. Undefined: nothing. */
  readonly salvage?: (answers: readonly unknown[]) => Value | undefined;
}

/**
 * A language model behind one face. Never tries again by itself: the queue does.
 * Errors: `upstream-refused` (key, request or nonsense), `upstream-limited` (with seconds to wait), `upstream-down`
 * (5xx, no connection, silence longer than the adapter's timeout).
 */
export interface Model {
  /** `adapter:model`, as kept beside what it wrote. */
  readonly id: string;
  readonly label: string;
  /** How much text one request may carry, in characters; longer input is cut down before it is sent. */
  readonly inputCharacters: number;
  /** What the connection's settings say of it. */
  readonly price?: Price | null;
  generate(request: GenerateRequest): Promise<Generated>;
  stream(request: GenerateRequest): AsyncIterable<StreamEvent>;
  /** An answer that fits the schema: checked, asked for once more with the errors told, else salvaged, else `upstream-refused`. */
  generateJson<Value>(
    request: GenerateJsonRequest<Value>,
  ): Promise<{ value: Value; usage: Usage; /** 1, or 2 when it was asked once more. */ readonly requests?: number }>;
}

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return { inputTokens: a.inputTokens + b.inputTokens, outputTokens: a.outputTokens + b.outputTokens };
}
