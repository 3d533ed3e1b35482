import { ApiProblem, ApiUnreachable } from './api.ts';
import type { I18n } from './i18n.ts';

/** What to tell a person about a failed call: the API's own words, or that it could not be reached. Anything else is a bug. */
export function describeFailure(error: unknown, i18n: I18n): string {
  if (error instanceof ApiProblem) return error.detail;
  if (error instanceof ApiUnreachable) return i18n.t('error.unreachable');
  throw error;
}
