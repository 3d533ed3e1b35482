import { NexusError, problemOfSql, PROBLEMS, type ProblemCode } from '@nexus/shared/platform';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { ApiEnv } from './ports.ts';

/** RFC 9457, with the fields of PROBLEMS. */
export const Problem = z.object({
  type: z.string().describe('urn:nexus:problem:<code>'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().describe('What happened and what to do, for people'),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  fields: z.record(z.string(), z.array(z.string())).optional().describe('What is wrong with which field'),
  requestId: z.string(),
});
export type Problem = z.infer<typeof Problem>;

/** Answers every failure. The cause goes to the log, never to the client. */
export function answerProblem(error: Error, c: Context<ApiEnv>): Response {
  const problem = problemOf(error);
  c.var.log.set({ code: problem.code, detail: problem.detail, fields: problem.fields });
  if (problem.status >= 500) c.var.log.set({ cause: causeOf(problem.cause ?? error) });
  return problemResponse(problem, c.var.requestId);
}

export function problemResponse(problem: NexusError, requestId: string): Response {
  const { status, title } = PROBLEMS[problem.code];
  const answer: Problem = {
    type: `urn:nexus:problem:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    code: problem.code,
    ...(problem.fields && { fields: problem.fields }),
    requestId,
  };
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (problem.retryAfterSeconds !== undefined) {
    headers.set('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterSeconds))));
  }
  if (problem.code === 'sign-in-needed') headers.set('www-authenticate', 'Bearer realm="nexus"');
  return new Response(JSON.stringify(answer), { status, headers });
}

function problemOf(error: Error): NexusError {
  if (error instanceof NexusError) return error;
  // What Hono's validators find before a contract can.
  if (error instanceof HTTPException && error.status === 400) {
    return new NexusError('bad-request', 'The body is not valid JSON.', { cause: error });
  }
  if (error instanceof HTTPException && error.status === 415) {
    return new NexusError('unsupported-media', 'Send the body as application/json.', { cause: error });
  }
  return (
    problemOfSql(error) ??
    new NexusError('internal', 'Something went wrong here. Try again; if it stays, report the request id.', {
      cause: error,
    })
  );
}

function causeOf(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && { cause: causeOf(error.cause) }),
  };
}
