import { httpService, type HttpService, type ServiceAnswer, type ServiceRequest } from './http-service.ts';

export interface SlackMessage {
  ts: string;
  /** Null for one that came by webhook. */
  channel: string | null;
  text: string;
  blocks: Record<string, unknown>[];
  metadata?: { event_type: string; event_payload: Record<string, string> };
}

/** What happens to one message: its words as Slack says them, or a break after it was taken, or before. */
export type SlackTrouble = 'limited' | 'cut-after' | 'cut-before' | { error: string; status?: number };

export interface SlackServer extends HttpService {
  webhookUrl: string;
  token: string;
  channel: string;
  messages: SlackMessage[];
  /** For the next messages, in order; then all goes well. */
  next(...troubles: SlackTrouble[]): void;
  /** What the token lacks, for looking. */
  deny(scope: 'channels:history'): void;
}

export const RETRY_AFTER_SECONDS = 17;

/** Incoming webhooks, chat.postMessage and conversations.history as Slack speaks them, for one workspace with one channel. */
export async function slackServer(port = 0): Promise<SlackServer> {
  const token = `xoxb-${crypto.randomUUID()}`;
  const hook = `/services/T0/B0/${crypto.randomUUID()}`;
  const channel = 'C0123456789';
  const messages: SlackMessage[] = [];
  const troubles: SlackTrouble[] = [];
  const denied = new Set<string>();

  const take = (message: Omit<SlackMessage, 'ts'>): SlackMessage => {
    const taken = { ts: `${Math.floor(Date.now() / 1000)}.${String(messages.length).padStart(6, '0')}`, ...message };
    messages.push(taken);
    return taken;
  };

  function byWebhook({ body }: ServiceRequest): ServiceAnswer {
    const trouble = troubles.shift();
    if (trouble === 'limited')
      return { status: 429, headers: { 'retry-after': String(RETRY_AFTER_SECONDS) }, body: 'rate_limited' };
    if (trouble === 'cut-before') return { status: 0, isCut: true };
    if (typeof trouble === 'object') return { status: trouble.status ?? 403, body: trouble.error };
    const { text, blocks } = JSON.parse(body) as SlackMessage;
    take({ channel: null, text, blocks });
    return { status: 200, body: 'ok', isCut: trouble === 'cut-after' };
  }

  function byBot({ body }: ServiceRequest): ServiceAnswer {
    const trouble = troubles.shift();
    if (trouble === 'limited') {
      const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) };
      return { status: 429, headers, body: { ok: false, error: 'ratelimited' } };
    }
    if (trouble === 'cut-before') return { status: 0, isCut: true };
    if (typeof trouble === 'object')
      return { status: trouble.status ?? 200, body: { ok: false, error: trouble.error } };
    const { ts: _, ...sent } = JSON.parse(body) as SlackMessage;
    if (sent.channel !== channel) return { status: 200, body: { ok: false, error: 'channel_not_found' } };
    const { ts } = take(sent);
    return { status: 200, body: { ok: true, channel, ts, message: sent }, isCut: trouble === 'cut-after' };
  }

  /** Two a page, the newest first. */
  function history({ query }: ServiceRequest): ServiceAnswer {
    if (denied.has('channels:history')) return { status: 200, body: { ok: false, error: 'missing_scope' } };
    if (query.get('channel') !== channel) return { status: 200, body: { ok: false, error: 'channel_not_found' } };
    const from = Number(query.get('cursor') ?? 0);
    const kept = messages.filter(
      (message) => message.channel && Number(message.ts) >= Number(query.get('oldest') ?? 0),
    );
    const isLast = from + 2 >= kept.length;
    const page = kept
      .toReversed()
      .slice(from, from + 2)
      .map(({ metadata, ...rest }) => (query.get('include_all_metadata') === 'true' ? { ...rest, metadata } : rest));
    const response_metadata = { next_cursor: isLast ? '' : String(from + 2) };
    return { status: 200, body: { ok: true, messages: page, has_more: !isLast, response_metadata } };
  }

  const service = await httpService((request) => {
    if (request.path === hook && request.method === 'POST') return byWebhook(request);
    if (request.path.startsWith('/services/')) return { status: 404, body: 'no_service' };
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 200, body: { ok: false, error: 'invalid_auth' } };
    if (request.path === '/api/chat.postMessage') return byBot(request);
    if (request.path === '/api/conversations.history') return history(request);
    return { status: 200, body: { ok: false, error: 'unknown_method' } };
  }, port);

  return {
    ...service,
    webhookUrl: service.origin + hook,
    token,
    channel,
    messages,
    next: (...more) => void troubles.push(...more),
    deny: (scope) => void denied.add(scope),
  };
}
