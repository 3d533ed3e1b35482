import type OpenAI from 'openai';
import { z } from 'zod';
import { isProblem, type NexusError } from '../../platform/errors.ts';
import { connectionSettings } from './connection-settings.ts';
import { errorInside } from './error-inside.ts';
import { cutShort, retryAfterSeconds, unreachable, unreadable, upstreamProblem } from './upstream-problem.ts';

/** Shared by the model and the embedder: where the service is. Ollama: http://127.0.0.1:11434/v1 */
export const openaiSettings = connectionSettings('https://api.openai.com/v1');

/** Servers on the own machine ask for no key. */
export const openaiCredentials = z.object({
  apiKey: z.string().trim().optional().meta({ title: 'API key' }),
});

/** 16 MB of memory that an installation without such a service never needs: loaded by the first request. */
const loadOpenai = () => import('openai');

/** Every option the client would else read from the environment is named: what is configured is all that counts. */
export async function openaiClient(baseUrl: string, apiKey: string | undefined): Promise<OpenAI> {
  const { default: Client } = await loadOpenai();
  return new Client({
    apiKey: apiKey || 'none',
    baseURL: baseUrl,
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    logLevel: 'off',
    // The queue is the only thing that tries again.
    maxRetries: 0,
    // Silence is watched by `watch`; the client's own clock only has to be later.
    timeout: 3_700_000,
    dangerouslyAllowBrowser: true,
  });
}

export function isOpenai(baseUrl: string): boolean {
  return new URL(baseUrl).hostname.endsWith('.openai.com');
}

const KEY_NAME = 'API key';

/** An answer as it came, unless it is an error with status 200, as proxies in front of several services send it. */
export function openaiAnswer(label: string, answer: unknown): unknown {
  const problem = errorInside(label, KEY_NAME, answer);
  if (problem) throw problem;
  return answer;
}

/** Gives every failure of the `openai` client its meaning. */
export async function openaiProblem(label: string, error: unknown): Promise<NexusError> {
  if (isProblem(error)) return error;
  const { APIConnectionError, APIError } = await loadOpenai();
  if (error instanceof APIConnectionError) return unreachable(label, error);
  if (error instanceof APIError) {
    // An error inside a stream has no status.
    if (error.status === undefined)
      return errorInside(label, KEY_NAME, { error: error.error }) ?? cutShort(label, error);
    const wait = retryAfterSeconds(error.headers?.get('retry-after'));
    return upstreamProblem(
      label,
      KEY_NAME,
      {
        status: error.status,
        message: error.message,
        isOutOfCredit: error.code === 'insufficient_quota',
        ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
      },
      error,
    );
  }
  if (error instanceof SyntaxError) return unreadable(label, error);
  return cutShort(label, error);
}
