import { z } from 'zod';
import type { Finish, Generated, StreamEvent, ToolCall, Usage } from '../model.ts';
import { geminiAnswer } from './gemini-connection.ts';
import { cutShort, parseAnswer } from './upstream-problem.ts';
import type { Watch } from './watch.ts';

/** The parts of `GenerateContentResponse` that are used; everything is optional on the wire, in proto3's way. */
const Answer = z
  .object({
    candidates: z
      .array(
        z.object({
          content: z
            .object({
              parts: z
                .array(
                  z.object({
                    text: z.string().optional(),
                    /** A summary of the model's reasoning, not its answer. */
                    thought: z.boolean().optional(),
                    thoughtSignature: z.string().optional(),
                    functionCall: z
                      .object({ id: z.string().optional(), name: z.string(), args: z.unknown() })
                      .optional(),
                  }),
                )
                .default([]),
            })
            .optional(),
          finishReason: z.string().optional(),
        }),
      )
      .optional(),
    promptFeedback: z.object({ blockReason: z.string().optional() }).optional(),
    usageMetadata: z
      .object({
        promptTokenCount: z.number().default(0),
        candidatesTokenCount: z.number().default(0),
        thoughtsTokenCount: z.number().default(0),
      })
      .optional(),
  })
  .refine((answer) => answer.candidates ?? answer.promptFeedback ?? answer.usageMetadata, 'none of its fields');
type Answer = z.output<typeof Answer>;

/** `generateContent`'s whole answer. */
export function readGeminiAnswer(label: string, raw: unknown): Generated {
  const answer = parseAnswer(label, Answer, raw);
  const toolCalls = readToolCalls(answer, 0);
  return {
    text: readText(answer),
    toolCalls,
    finish: readFinish(answer, toolCalls.length > 0) ?? 'complete',
    usage: readUsage(answer),
  };
}

/** `streamGenerateContent`'s answer, piece by piece. */
export async function* readGeminiPieces(
  label: string,
  pieces: AsyncIterable<unknown>,
  guard: Watch,
): AsyncGenerator<StreamEvent> {
  const calls: ToolCall[] = [];
  let finish: Finish | undefined;
  let usage: Usage = { inputTokens: 0, outputTokens: 0 };
  for await (const piece of pieces) {
    const answer = parseAnswer(label, Answer, geminiAnswer(label, piece));
    const text = readText(answer);
    guard.touch(text.length);
    guard.check();
    if (text !== '') yield { type: 'text', text };
    calls.push(...readToolCalls(answer, calls.length));
    finish = readFinish(answer, calls.length > 0) ?? finish;
    if (answer.usageMetadata) usage = readUsage(answer);
  }
  if (!finish) throw cutShort(label);
  for (const call of calls) yield { type: 'tool-call', call };
  yield { type: 'end', finish, usage };
}

function readText(answer: Answer): string {
  const parts = answer.candidates?.[0]?.content?.parts ?? [];
  return parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join('');
}

/** Calls carry no id on this wire unless the model is new: the order stands in for it. */
function readToolCalls(answer: Answer, first: number): ToolCall[] {
  const parts = answer.candidates?.[0]?.content?.parts ?? [];
  return parts
    .filter((part) => part.functionCall)
    .map(({ functionCall, thoughtSignature }, index) => ({
      id: functionCall!.id ?? `call-${first + index + 1}`,
      name: functionCall!.name,
      input: functionCall!.args ?? {},
      ...(thoughtSignature === undefined ? {} : { signature: thoughtSignature }),
    }));
}

function readFinish(answer: Answer, hasToolCalls: boolean): Finish | undefined {
  if (answer.promptFeedback?.blockReason) return 'refused';
  switch (answer.candidates?.[0]?.finishReason) {
    case undefined:
    case 'FINISH_REASON_UNSPECIFIED':
      return undefined;
    case 'STOP':
      return hasToolCalls ? 'tools' : 'complete';
    case 'MAX_TOKENS':
      return 'length';
    default:
      return 'refused';
  }
}

function readUsage({ usageMetadata }: Answer): Usage {
  return {
    inputTokens: usageMetadata?.promptTokenCount ?? 0,
    outputTokens: (usageMetadata?.candidatesTokenCount ?? 0) + (usageMetadata?.thoughtsTokenCount ?? 0),
  };
}
