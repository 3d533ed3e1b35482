import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Call, type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
  // As the worker writes it.
  const entry = { description: '', settings_schema: '{}' };
  const limits = (properties: object, required: string[], needsConnection: boolean) =>
    JSON.stringify({ needsConnection, addressSchema: { type: 'object', properties, required } });
  await api.kysely
    .insertInto('catalogue')
    .values([
      {
        ...entry,
        kind: 'notifier',
        id: 'slack',
        label: 'Slack',
        credentials_schema: JSON.stringify({ type: 'object', properties: { botToken: { type: 'string' } } }),
        limits: limits({ channel: { type: 'string', pattern: '^C' } }, [], true),
      },
      {
        ...entry,
        kind: 'notifier',
        id: 'email',
        label: 'Email',
        credentials_schema: '{}',
        limits: limits({ to: { type: 'string' } }, ['to'], false),
      },
      {
        ...entry,
        kind: 'exporter',
        id: 'google-sheets',
        label: 'Google Sheets',
        credentials_schema: '{}',
        limits: limits({ sheet: { type: 'string', default: 'Opportunities' } }, [], false),
      },
    ])
    .execute();
});
afterAll(() => api.close());

const targets = ({ token }: Person, path = '', call: Call = {}) =>
  api.call(`/delivery-targets${path}`, { token, ...call });

const EMAIL = { adapter: 'email', label: 'Team', settings: { address: { to: 'ann@example.org' } } };

/** Two opportunities, of which one was written by somebody who tries things. */
async function twoOpportunities({ orgId }: Person): Promise<void> {
  const org = { org_id: orgId };
  const insert = api.kysely;
  const campaign = await insert
    .insertInto('campaigns')
    .values({ ...org, name: 'Ferries, north', query: '{}', sources: '[]' })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const [value, text] of [
    [80, '=1+1\n"quoted", and ⛴'],
    [90, 'When?'],
  ] as const) {
    const url = 'https://example.org';
    const post = await insert
      .insertInto('posts')
      .values({ ...org, network: 'rss', external_id: String(value), url, text, posted_at: new Date() })
      .returning('id')
      .executeTakeFirstOrThrow();
    await insert
      .insertInto('opportunities')
      .values({ ...org, campaign_id: campaign.id, post_id: post.id, value, intent: 'question', relevance: 80 })
      .execute();
  }
}

test('an admin makes, changes and removes targets; members see, test and retry them; viewers only see', async () => {
  const owner = await api.founder();
  const [member, viewer] = [await api.joiner(owner.orgId, 'member'), await api.joiner(owner.orgId, 'viewer')];

  const made = await targets(owner, '', { body: { ...EMAIL, cron: '0 8 * * 1-5', timeZone: 'Europe/Berlin' } });
  const path = `/${made.body.id}`;
  const changed = await targets(owner, path, { method: 'PATCH', body: { label: 'Sales', cron: null } });
  const tested = await targets(member, `${path}/test`, { method: 'POST' });

  expect(made).toMatchObject({
    status: 201,
    body: { state: 'new', kind: 'notifier', nextDigestAt: expect.any(String) },
  });
  expect(changed).toMatchObject({ status: 200, body: { label: 'Sales', cron: null, nextDigestAt: null } });
  expect(tested).toMatchObject({ status: 202, body: { subject: 'test', state: 'waiting', targetLabel: 'Sales' } });
  expect((await targets(viewer)).body.targets).toMatchObject([{ label: 'Sales', waitingCount: 1 }]);
  for (const person of [member, viewer]) {
    expect((await targets(person, '', { body: EMAIL })).status).toBe(403);
    expect((await targets(person, path, { method: 'DELETE' })).status).toBe(403);
  }
  expect((await targets(viewer, `${path}/test`, { method: 'POST' })).status).toBe(403);
  expect((await targets(owner, path, { method: 'DELETE' })).status).toBe(204);
  expect((await targets(owner)).body.targets).toEqual([]);
});

test('a target names what is wrong with it, field by field', async () => {
  const owner = await api.founder();
  const wrong = async (body: object) => {
    const answer = await targets(owner, '', { body: { ...EMAIL, ...body } });
    expect(answer.status).toBe(422);
    return Object.keys(answer.body.fields);
  };

  expect(await wrong({ adapter: 'telegraph' })).toEqual(['adapter']);
  expect(await wrong({ settings: { address: {} } })).toEqual(['settings.address.to']);
  expect(await wrong({ settings: { address: { to: 'a', cc: 'b' } } })).toEqual(['settings.address.cc']);
  expect(await wrong({ adapter: 'slack', settings: {} })).toEqual(['credentialId']);
  expect(await wrong({ cron: 'every day' })).toEqual(['cron']);
  expect(await wrong({ timeZone: 'Mars/Olympus' })).toEqual(['timeZone']);
  expect(await wrong({ campaignId: crypto.randomUUID() })).toEqual(['campaignId']);
  expect(await wrong({ settings: { columns: ['text', 'text'], address: { to: 'a' } } })).toEqual(['settings.columns']);
});

test("another organisation's connection, target and log are not there", async () => {
  const [owner, stranger] = [await api.founder(), await api.founder()];
  const secret = { kind: 'notifier', adapter: 'slack', label: 'Slack', secret: { botToken: 'xoxb-1' } };
  const { body: credential } = await api.call('/credentials', { token: owner.token, body: secret });
  const { body: target } = await targets(owner, '', { body: EMAIL });
  const { body: delivery } = await targets(owner, `/${target.id}/test`, { method: 'POST' });
  const slack = { adapter: 'slack', label: 'S', credentialId: credential.id, settings: { address: { channel: 'C1' } } };

  expect((await targets(stranger, '', { body: slack })).status).toBe(422);
  expect((await targets(owner, '', { body: slack })).status).toBe(201);
  expect((await targets(stranger, `/${target.id}/test`, { method: 'POST' })).status).toBe(404);
  for (const act of ['retry', 'confirm']) {
    const call = { token: stranger.token, method: 'POST', body: { arrived: true } };
    expect((await api.call(`/deliveries/${delivery.id}/${act}`, call)).status).toBe(404);
  }
  expect((await api.call('/deliveries', { token: stranger.token })).body.deliveries).toEqual([]);
});

test('the log pages, and is narrowed by target and state', async () => {
  const owner = await api.founder();
  const { body: first } = await targets(owner, '', { body: EMAIL });
  const { body: second } = await targets(owner, '', { body: { ...EMAIL, adapter: 'google-sheets', settings: {} } });
  for (let number = 0; number < 3; number++) await targets(owner, `/${first.id}/test`, { method: 'POST' });
  const written = await targets(owner, `/${second.id}/export`, { method: 'POST' });
  const log = (query: string) => api.call(`/deliveries?${query}`, { token: owner.token });

  const { body: page } = await log('limit=3');
  const { body: rest } = await log(`limit=3&cursor=${page.nextCursor}`);

  expect(written).toMatchObject({ status: 202, body: { subject: 'export' } });
  expect((await targets(owner, `/${first.id}/export`, { method: 'POST' })).status).toBe(409);
  expect(page.deliveries).toHaveLength(3);
  expect(rest).toMatchObject({ deliveries: [{ targetId: first.id }], nextCursor: null });
  expect((await log(`target=${second.id}`)).body.deliveries).toHaveLength(1);
  expect((await log('state=failed')).body.deliveries).toEqual([]);
});

test('what nobody knows of is settled by a person: it arrived, or it is sent again', async () => {
  const owner = await api.founder();
  const { body: target } = await targets(owner, '', { body: EMAIL });
  const unconfirmed = async () => {
    const { body } = await targets(owner, `/${target.id}/test`, { method: 'POST' });
    await api.kysely.updateTable('deliveries').set({ state: 'unconfirmed' }).where('id', '=', body.id).execute();
    return body.id as string;
  };
  const [there, lost] = [await unconfirmed(), await unconfirmed()];
  const confirm = (id: string, arrived: boolean) =>
    api.call(`/deliveries/${id}/confirm`, { token: owner.token, body: { arrived } });

  expect((await targets(owner)).body.targets).toMatchObject([{ unconfirmedCount: 2 }]);
  expect((await api.call(`/deliveries/${there}/retry`, { token: owner.token, method: 'POST' })).status).toBe(409);
  expect(await confirm(there, true)).toMatchObject({ status: 200, body: { state: 'done' } });
  expect(await confirm(lost, false)).toMatchObject({ status: 200, body: { state: 'waiting', attempts: 0 } });
  expect((await confirm(lost, true)).status).toBe(409);
});

test('opportunities come as CSV that no spreadsheet works out, and as JSON Lines', async () => {
  const owner = await api.founder();
  const viewer = await api.joiner(owner.orgId, 'viewer');
  await twoOpportunities(owner);
  const fetched = async (path: string) => {
    const { headers, body } = await api.call(`/opportunities/${path}`, { token: viewer.token });
    return { headers, text: String(body) };
  };

  const csv = await fetched('export.csv');
  const best = await fetched('export.csv?q=when');
  const jsonl = await fetched('export.jsonl');
  const none = await fetched('export.csv?state=done');

  expect(csv.headers.get('content-disposition')).toContain('opportunities.csv');
  const [heading, first] = csv.text.split('\r\n');
  expect(heading).toStartWith('Id,Value,Relevance,Intent');
  expect(first).toContain(',90,');
  expect(csv.text).toContain(`"'=1+1\n""quoted"", and ⛴"`);
  expect(csv.text).toContain('"Ferries, north"');
  expect(best.text.trimEnd().split('\r\n')).toHaveLength(2);
  const lines = jsonl.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { value: number; post: { text: string } });
  expect(lines).toMatchObject([{ value: 90 }, { value: 80, post: { text: '=1+1\n"quoted", and ⛴' } }]);
  expect(none.text.trimEnd().split('\r\n')).toHaveLength(1);
});
