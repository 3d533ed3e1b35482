import { expect, test } from 'bun:test';
import { slack } from '../../../src/listening/notifiers/slack.ts';
import { notifierContract, type NotifierTrial } from '../../contract/notifier.ts';
import { testMessage, testOutletIo, wildOpportunity } from '../../contract/outlet-io.ts';
import { RETRY_AFTER_SECONDS, slackServer } from '../../loopback/slack-server.ts';

const NOBODY = '127.0.0.1:9';

async function bot() {
  const server = await slackServer();
  const io = (over: { token?: string; channel?: string; origin?: string } = {}) =>
    testOutletIo({
      allow: [server.host, NOBODY],
      settings: { baseUrl: `${over.origin ?? server.origin}/api` },
      credentials: { botToken: over.token ?? server.token },
      address: { channel: over.channel ?? server.channel },
    });
  return { server, io };
}

async function botTrial(): Promise<NotifierTrial> {
  const { server, io } = await bot();
  return {
    io: io(),
    revoked: io({ token: 'xoxb-revoked' }),
    gone: io({ channel: 'C9999999999' }),
    nobody: io({ origin: `http://${NOBODY}` }),
    arrived: () => server.messages.map((message) => JSON.stringify(message)),
    trouble: (kind) => server.next(kind),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function webhookTrial(): Promise<NotifierTrial> {
  const server = await slackServer();
  const io = (webhookUrl: string) => testOutletIo({ allow: [server.host, NOBODY], credentials: { webhookUrl } });
  return {
    io: io(server.webhookUrl),
    revoked: io(`${server.origin}/services/T0/B0/revoked`),
    gone: io(`${server.origin}/services/T0/B1/gone`),
    nobody: io(`http://${NOBODY}/services/x`),
    arrived: () => server.messages.map((message) => JSON.stringify(message)),
    trouble: (kind) => server.next(kind),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

notifierContract('slack with a bot token', slack, botTrial, { canFind: true });
notifierContract('slack with a webhook', slack, webhookTrial, { canFind: false });

test('words of strangers are plain text: no mention, no link, no format comes of them', async () => {
  const { server, io } = await bot();
  await using _ = server;

  await slack.send(testMessage({ title: 'About <!channel> & more' }), io());

  const [message] = server.messages;
  expect(message!.text).toBe('About &lt;!channel&gt; &amp; more');
  expect(JSON.stringify(message!.blocks)).not.toContain('mrkdwn');
  expect(message!.blocks.find(({ type }) => type === 'section')).toMatchObject({ text: { type: 'plain_text' } });
  expect(message).toMatchObject({ metadata: { event_type: 'nexus_delivery' }, unfurl_links: false });
});

test("a message keeps within Block Kit's limits, however much there is", async () => {
  const { server, io } = await bot();
  await using _ = server;
  const long = wildOpportunity();
  const post = { ...long.post, text: '👩‍🚀'.repeat(4000), url: `https://example.org/${'x'.repeat(4000)}` };
  const opportunities = Array.from({ length: 20 }, () => ({ ...long, post, link: 'https://nexus.example/listening' }));

  await slack.send(testMessage({ title: 't'.repeat(500), opportunities }), io());

  const { blocks } = server.messages[0]!;
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(blocks.at(-1)).toMatchObject({ type: 'actions' });
  for (const text of textsOf(blocks)) {
    expect(text.length).toBeLessThanOrEqual(3000);
    expect(text.isWellFormed()).toBe(true);
  }
});

test('it waits as long as Slack asks', async () => {
  const { server, io } = await bot();
  await using _ = server;
  server.next('limited');

  await expect(slack.send(testMessage(), io())).rejects.toMatchObject({ retryAfterSeconds: RETRY_AFTER_SECONDS });
});

test('each refusal has words for a person; trouble of Slack itself leaves the outcome unknown', async () => {
  const { server, io } = await bot();
  await using _ = server;
  for (const error of [
    'token_revoked',
    'account_inactive',
    'not_in_channel',
    'is_archived',
    'missing_scope',
    'no_such_word',
  ]) {
    server.next({ error });
    await expect(slack.send(testMessage(), io())).rejects.toMatchObject({ code: 'upstream-refused' });
  }
  for (const trouble of [{ error: 'fatal_error' }, { error: '', status: 503 }]) {
    server.next(trouble);
    await expect(slack.send(testMessage(), io())).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  }
});

test('a bot that may not read the channel cannot tell what arrived, and a webhook never can', async () => {
  const { server, io } = await bot();
  await using _ = server;
  server.deny('channels:history');
  const webhook = testOutletIo({ allow: [server.host], credentials: { webhookUrl: server.webhookUrl } });

  await expect(slack.find!(testMessage(), io())).rejects.toMatchObject({ code: 'upstream-refused' });
  expect(await slack.find!(testMessage(), webhook)).toBe('unknown');
});

test('a connection without webhook and token is not complete, and a private address is refused', async () => {
  const empty = testOutletIo();
  const inside = testOutletIo({ credentials: { webhookUrl: 'http://127.0.0.1:1/services/x' } });

  await expect(slack.send(testMessage(), empty)).rejects.toMatchObject({ code: 'not-configured' });
  await expect(slack.send(testMessage(), inside)).rejects.toMatchObject({ code: 'address-refused' });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
