import type { MessageKey } from './i18n.ts';

const BY_CODE: Record<string, MessageKey> = {
  invalid_credentials: 'auth.problem.credentials',
  email_not_confirmed: 'auth.problem.unconfirmed',
  user_already_exists: 'auth.problem.exists',
  email_exists: 'auth.problem.exists',
  weak_password: 'auth.problem.weak',
  same_password: 'auth.problem.same',
  email_address_invalid: 'auth.problem.email',
  validation_failed: 'auth.problem.email',
  signup_disabled: 'auth.problem.closed',
  over_request_rate_limit: 'auth.problem.limited',
  over_email_send_rate_limit: 'auth.problem.limited',
  otp_expired: 'auth.problem.link',
  bad_code_verifier: 'auth.problem.link',
  flow_state_not_found: 'auth.problem.link',
};

/** The message for a refusal of the auth server, by its documented `code`. */
export function authProblem(error: { code?: string | undefined; status?: number | undefined }): MessageKey {
  if (error.code && BY_CODE[error.code]) return BY_CODE[error.code] as MessageKey;
  if (error.status === 429) return 'auth.problem.limited';
  return error.status ? 'auth.problem.refused' : 'auth.problem.unreachable';
}
