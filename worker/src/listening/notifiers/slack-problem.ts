import { NexusError } from '@nexus/shared/platform';

const REVOKED =
  'Slack no longer accepts this connection: its token or webhook was revoked. Enter a new one under Connections.';
const NO_CHANNEL = "Slack knows no such channel, or the bot is not in it. Check the channel's id and invite the bot.";
const NO_WEBHOOK = 'This webhook is gone from Slack. Make a new one there and enter it under Connections.';
const ARCHIVED = 'The channel is archived. Choose another one.';

/** What a person has to do, by the word that Slack says. */
const WORDS: Record<string, string> = {
  invalid_auth: REVOKED,
  not_authed: REVOKED,
  token_revoked: REVOKED,
  token_expired: REVOKED,
  account_inactive: REVOKED,
  invalid_token: REVOKED,
  no_service: NO_WEBHOOK,
  no_active_hooks: NO_WEBHOOK,
  no_team: NO_WEBHOOK,
  channel_not_found: NO_CHANNEL,
  not_in_channel: NO_CHANNEL,
  channel_is_archived: ARCHIVED,
  is_archived: ARCHIVED,
  missing_scope: 'The token lacks a scope. Give the app chat:write and channels:history, and install it again.',
  no_permission: 'The token may not write there. Give the app chat:write, and invite the bot to the channel.',
  action_prohibited: 'The workspace does not let apps write there. Ask its owners, or choose another channel.',
  posting_to_general_channel_denied: 'The workspace does not let apps write to this channel. Choose another one.',
  restricted_action: 'The workspace does not let apps write there. Ask its owners, or choose another channel.',
};

/** Of its own trouble Slack says that a part of the work may be done. */
const OWN_TROUBLE = new Set([
  'fatal_error',
  'internal_error',
  'rollup_error',
  'service_unavailable',
  'request_timeout',
]);

/** The problem behind an answer that is no success. `error` is the Web API's field, or the text that a webhook answers with. */
export function slackProblem(status: number, error: string, retryAfter: string | undefined): NexusError {
  if (status === 429 || error === 'ratelimited' || error === 'rate_limited') {
    const retryAfterSeconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : 60;
    return new NexusError('upstream-limited', 'Slack asks to slow down.', { retryAfterSeconds });
  }
  const words = WORDS[error];
  if (words) return new NexusError('upstream-refused', words);
  if (status >= 500 || OWN_TROUBLE.has(error))
    return new NexusError('upstream-down', `Slack has trouble of its own (${error || status}).`);
  if (status === 404 || status === 410) return new NexusError('upstream-refused', NO_WEBHOOK);
  if (status === 401 || status === 403) return new NexusError('upstream-refused', REVOKED);
  // Whatever stands between may answer in another language: a word alone, never a page.
  const said = /^[a-z_]{1,60}$/.test(error) ? error : `status ${status}`;
  return new NexusError('upstream-refused', `Slack did not take the message: ${said}.`);
}
