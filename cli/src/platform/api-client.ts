import { NexusError, PROBLEMS, type ProblemCode } from '@nexus/shared/platform';
import { z } from 'zod';

const Problem = z.object({
  code: z.string(),
  detail: z.string(),
  fields: z.record(z.string(), z.array(z.string())).optional(),
});

export interface ApiClient {
  readonly url: string;
  request<Answer>(method: string, path: string, answer: z.ZodType<Answer>, body?: unknown): Promise<Answer>;
}

/** The REST API as every other client sees it. Problems come back as the `NexusError` they were. */
export function apiClient(url: string, token?: string): ApiClient {
  const base = url.replace(/\/+$/, '');
  return {
    url: base,
    async request(method, path, answer, body) {
      let response: Response;
      try {
        response = await fetch(`${base}/api${path}`, {
          method,
          headers: {
            accept: 'application/json',
            ...(token && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          body: body === undefined ? undefined : JSON.stringify(body),
        });
      } catch (error) {
        throw new NexusError(
          'upstream-down',
          `Nexus does not answer at ${base}. Is it running? Start it with: npm start`,
          { cause: error },
        );
      }
      const text = await response.text();
      if (!response.ok) throw problemOf(response.status, text);
      return answer.parse(text === '' ? undefined : JSON.parse(text));
    },
  };
}

function problemOf(status: number, text: string): NexusError {
  const problem = Problem.safeParse(safeJson(text));
  if (!problem.success)
    return new NexusError(
      'upstream-refused',
      `The server answered ${status}, and not as Nexus does. Check the address.`,
    );
  const code = problem.data.code in PROBLEMS ? (problem.data.code as ProblemCode) : 'upstream-refused';
  return new NexusError(code, problem.data.detail, { fields: problem.data.fields });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
