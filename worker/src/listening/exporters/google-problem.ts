import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { Fetched } from '../../platform/http.ts';

/** Of the API: `{error: {status, message, details}}`; of the token endpoint: `{error: 'invalid_grant'}` (RFC 6749, 5.2). */
const ApiError = z.object({
  error: z.object({
    status: z.string().optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});
const GrantError = z.object({ error: z.string() });

const REVOKED =
  'Google no longer accepts the key of this service account: it was deleted or disabled. Make a new one there and enter it under Connections.';

/** The problem behind an answer that is no success, in words that name what a person has to do. */
export function googleProblem(
  answer: Pick<Fetched, 'status' | 'headers'>,
  body: unknown,
  accountEmail: string,
): NexusError {
  const api = ApiError.safeParse(body).data?.error;
  const grant = GrantError.safeParse(body).data?.error;
  const reasons = api?.details?.map(({ reason }) => reason) ?? [];
  const { status } = answer;

  if (status === 429 || api?.status === 'RESOURCE_EXHAUSTED') {
    const given = answer.headers['retry-after'] ?? '';
    // Its quotas are counted by the minute.
    const retryAfterSeconds = /^\d{1,6}$/.test(given) ? Number(given) : 65;
    return new NexusError('upstream-limited', 'Google asks to slow down.', { retryAfterSeconds });
  }
  if (status >= 500) return new NexusError('upstream-down', `Google has trouble of its own (${status}).`);
  if (grant === 'invalid_grant' || grant === 'invalid_client' || grant === 'unauthorized_client' || status === 401)
    return new NexusError('upstream-refused', REVOKED);
  if (reasons.includes('SERVICE_DISABLED')) {
    const detail = 'The Sheets API is off in the Google project of this service account. Turn it on there.';
    return new NexusError('upstream-refused', detail);
  }
  if (status === 403) {
    const detail = `The service account may not write to this spreadsheet. Share it with ${accountEmail} as an editor.`;
    return new NexusError('upstream-refused', detail);
  }
  if (status === 404) {
    const detail = 'Google knows no such spreadsheet. Check its address, or whether it was deleted.';
    return new NexusError('upstream-refused', detail);
  }
  return new NexusError(
    'upstream-refused',
    `Google refused the request (${status}${api?.status ? `, ${api.status}` : ''}).`,
  );
}
