import { GoogleGenerativeAIError, GoogleGenerativeAIFetchError } from '@google/generative-ai';
import { z } from 'zod';
import { isProblem, type NexusError } from '../../platform/errors.ts';
import { apiKey, connectionSettings } from './connection-settings.ts';
import { errorInside } from './error-inside.ts';
import { cutShort, unreachable, unreadable, upstreamProblem } from './upstream-problem.ts';

/** Shared by the model and the embedder: where the service is. */
export const geminiSettings = connectionSettings('https://generativelanguage.googleapis.com');
export const geminiCredentials = apiKey('Gemini API key');

/** `google.rpc.Status` details: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto */
const Details = z.array(z.looseObject({ reason: z.string().optional(), retryDelay: z.string().optional() })).catch([]);

const KEY_NAME = 'Gemini API key';

/** An answer as it came, unless it is an error with status 200. */
export function geminiAnswer(label: string, answer: unknown): unknown {
  const problem = errorInside(label, KEY_NAME, answer);
  if (problem) throw problem;
  return answer;
}

/** Gives every failure of Google's client its meaning. The client keeps no headers: the wait comes in `RetryInfo`. */
export function geminiProblem(label: string, error: unknown): NexusError {
  if (isProblem(error)) return error;
  if (error instanceof GoogleGenerativeAIFetchError && error.status !== undefined) {
    const details = Details.parse(error.errorDetails ?? []);
    const delay = Number.parseFloat(details.find((detail) => detail.retryDelay)?.retryDelay ?? '');
    return upstreamProblem(
      label,
      KEY_NAME,
      {
        status: error.status,
        message: error.statusText || `status ${error.status}`,
        // A wrong key is a 400 here.
        isKeyRefused: details.some((detail) => detail.reason === 'API_KEY_INVALID'),
        ...(Number.isNaN(delay) ? {} : { retryAfterSeconds: Math.ceil(delay) }),
      },
      error,
    );
  }
  if (error instanceof SyntaxError) return unreadable(label, error);
  // The client says "could not connect" and "could not read on" with its bare base class.
  if (error instanceof GoogleGenerativeAIError) return unreachable(label, error);
  return cutShort(label, error);
}
