import { z } from 'zod';
import { isProblem } from '../../platform/errors.ts';
import { errorInside } from './error-inside.ts';
import { serverSentEvents } from './server-sent-events.ts';
import {
  cutShort,
  parseAnswer,
  retryAfterSeconds,
  unreachable,
  unreadable,
  upstreamProblem,
} from './upstream-problem.ts';
import type { Watch } from './watch.ts';

interface Connection {
  readonly label: string;
  readonly baseUrl: string;
  readonly apiKey: string;
}

const KEY_NAME = 'Anthropic API key';

/** https://platform.claude.com/docs/en/api/errors */
const Problem = z.object({ error: z.object({ type: z.string(), message: z.string() }) });
export async function anthropicAnswer(connection: Connection, body: object, guard: Watch): Promise<unknown> {
  const response = await post(connection, body, guard);
  try {
    const answer: unknown = await response.json();
    const problem = errorInside(connection.label, KEY_NAME, answer);
    if (problem) throw problem;
    return answer;
  } catch (error) {
    guard.check();
    if (isProblem(error)) throw error;
    throw error instanceof SyntaxError ? unreadable(connection.label, error) : cutShort(connection.label, error);
  }
}

/** The parsed data of each event, in order. */
export async function* anthropicStream(connection: Connection, body: object, guard: Watch): AsyncGenerator<unknown> {
  const { label } = connection;
  const response = await post(connection, body, guard);
  if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
    throw unreadable(label, new Error(`content type ${response.headers.get('content-type')}`));
  }
  try {
    for await (const data of serverSentEvents(response.body, guard.touch)) {
      const event: unknown = JSON.parse(data);
      const problem = errorInside(label, KEY_NAME, event);
      if (problem) throw problem;
      guard.check();
      yield event;
    }
  } catch (error) {
    guard.check();
    if (isProblem(error)) throw error;
    throw error instanceof SyntaxError ? unreadable(label, error) : cutShort(label, error);
  }
}

async function post({ label, baseUrl, apiKey }: Connection, body: object, guard: Watch): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${baseUrl.replace(/\/+$/, '')}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify(body),
      signal: guard.signal,
    });
  } catch (error) {
    guard.check();
    throw unreachable(label, error);
  }
  guard.touch();
  if (response.ok) return response;

  const text = await response.text().catch((error: unknown) => {
    guard.check();
    throw cutShort(label, error);
  });
  const wait = retryAfterSeconds(response.headers.get('retry-after'));
  throw upstreamProblem(
    label,
    KEY_NAME,
    { status: response.status, message: readMessage(text), ...(wait === undefined ? {} : { retryAfterSeconds: wait }) },
    text.slice(0, 2000),
  );
}

function readMessage(text: string): string {
  try {
    return parseAnswer('', Problem, JSON.parse(text)).error.message;
  } catch (error) {
    if (error instanceof SyntaxError || isProblem(error)) return 'no reason given';
    throw error;
  }
}
