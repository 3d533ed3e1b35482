import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { OutletIo, Receipt } from '../deliveries/outlet.ts';
import { OutcomeUnknown, sendOnce } from '../deliveries/outcome-unknown.ts';
import type { Message, Notifier } from './notifier.ts';
import { slackBlocks } from './slack-blocks.ts';
import { slackProblem } from './slack-problem.ts';

const Settings = z.strictObject({
  // No `z.url()`: what has a good default stands folded away in its form, addresses do not.
  baseUrl: z
    .string()
    .regex(/^https?:\/\//, 'An address such as https://example.org')
    .default('https://slack.com/api')
    .meta({ title: 'Address of the API', description: 'For a proxy in between. Leave it as it is otherwise.' }),
});
const Credentials = z.strictObject({
  webhookUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      title: 'Incoming webhook',
      description: 'The whole address. Its channel was chosen in Slack.',
      examples: ['https://hooks.slack.com/services/T…/B…/…'],
    }),
  botToken: z
    .string()
    .regex(/^xox/, 'A token that begins with xoxb-')
    .optional()
    .meta({
      title: 'Bot token',
      description:
        'Instead of a webhook. Scopes: chat:write, and channels:history (groups:history for private ones) to look whether a message arrived.',
      examples: ['xoxb-…'],
    }),
});
const Address = z.strictObject({
  channel: z
    .string()
    .regex(/^[CGD][A-Z0-9]{5,}$/, 'An id such as C0123456789, not a name')
    .optional()
    .meta({
      title: 'Channel',
      description: "For a bot token: the channel's id, at the foot of its details in Slack. The bot has to be in it.",
      examples: ['C0123456789'],
    }),
});

const EVENT_TYPE = 'nexus_delivery';

/** Incoming webhooks, and `chat.postMessage` of the Web API. A webhook gives no id: what it took cannot be found again. */
export const slack: Notifier = {
  id: 'slack',
  label: 'Slack',
  description: 'Messages in a channel, with buttons that lead back. Through an incoming webhook, or a bot of yours.',
  settings: Settings,
  credentials: Credentials,
  address: Address,
  needsConnection: true,

  async send(message, io) {
    const { webhookUrl, botToken } = Credentials.parse(io.credentials);
    if (botToken !== undefined) return postAsBot(message, botToken, io);
    if (webhookUrl !== undefined) return postToWebhook(message, webhookUrl, io);
    throw new NexusError(
      'not-configured',
      'The Slack connection has neither a webhook nor a bot token. Add one of them.',
    );
  },

  async find(message, io) {
    const { botToken } = Credentials.parse(io.credentials);
    const { channel } = Address.parse(io.address);
    if (botToken === undefined || channel === undefined) return 'unknown';
    const oldest = String(message.createdAt.getTime() / 1000 - 60);
    let cursor = '';
    do {
      const asked = { channel, oldest, include_all_metadata: 'true', limit: '200', ...(cursor && { cursor }) };
      const page = History.parse(await readApi('conversations.history', asked, botToken, io));
      const found = page.messages.find(({ metadata }) => metadata?.event_payload?.delivery_id === message.id);
      if (found) return { remoteId: found.ts };
      cursor = page.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    return null;
  },
};

/** The parts of the answers that are read. */
const Answer = z.object({ ok: z.boolean(), error: z.string().optional() });
const Posted = z.object({ ts: z.string() });
const History = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z.object({ event_payload: z.object({ delivery_id: z.string().optional() }).optional() }).optional(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

async function postToWebhook(message: Message, url: string, io: OutletIo): Promise<Receipt> {
  const answer = await sendOnce(io.http, url, {
    body: JSON.stringify(slackBlocks(message)),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    signal: io.signal,
  });
  const text = new TextDecoder().decode(answer.body.subarray(0, 500)).trim();
  if (answer.status === 200) return { remoteId: null };
  throw refusal(answer.status, text, answer.headers['retry-after']);
}

async function postAsBot(message: Message, token: string, io: OutletIo): Promise<Receipt> {
  const { channel } = Address.parse(io.address);
  if (channel === undefined)
    throw new NexusError('invalid-input', 'A bot token needs to know the channel. Enter its id in the target.');
  const { baseUrl } = Settings.parse(io.settings);
  const metadata = { event_type: EVENT_TYPE, event_payload: { delivery_id: message.id } };
  const answer = await sendOnce(io.http, `${baseUrl}/chat.postMessage`, {
    body: JSON.stringify({ channel, metadata, unfurl_links: false, unfurl_media: false, ...slackBlocks(message) }),
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` },
    signal: io.signal,
  });
  const parsed = readAnswer(answer.body);
  const posted = Posted.safeParse(parsed);
  if (answer.status === 200 && isOk(parsed) && posted.success) return { remoteId: posted.data.ts };
  throw refusal(answer.status, errorOf(parsed), answer.headers['retry-after']);
}

/** A read-only method: whatever goes wrong, nothing has happened. */
async function readApi(method: string, asked: Record<string, string>, token: string, io: OutletIo): Promise<unknown> {
  const { baseUrl } = Settings.parse(io.settings);
  const answer = await io.http.get(`${baseUrl}/${method}?${new URLSearchParams(asked)}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: io.signal,
  });
  const parsed = readAnswer(answer.body);
  if (answer.status === 200 && isOk(parsed)) return parsed;
  throw slackProblem(answer.status, errorOf(parsed), answer.headers['retry-after']);
}

/** Slack says of its own trouble that a part of what was asked may be done. */
function refusal(status: number, error: string, retryAfter: string | undefined): Error {
  const problem = slackProblem(status, error, retryAfter);
  return problem.code === 'upstream-down' ? new OutcomeUnknown(problem) : problem;
}

/** Undefined for what is no JSON, such as the page of a proxy. */
function readAnswer(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isOk = (answer: unknown): boolean => Answer.safeParse(answer).data?.ok === true;
const errorOf = (answer: unknown): string => Answer.safeParse(answer).data?.error ?? '';
