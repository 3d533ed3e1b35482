import { afterAll, beforeAll, expect, test } from 'bun:test';
import { catalogueEntry, EMBEDDERS, MODELS } from '@nexus/shared/assistant';
import { databaseAs, openConnections } from '@nexus/shared/platform';
import { z } from 'zod';
import { type Person, type RunningApi, runningApi } from '../running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await runningApi();
  const settings = z.strictObject({
    model: z.string().min(1).default('small'),
    temperature: z.number().max(2).optional(),
  });
  const credentials = z.strictObject({ apiKey: z.string().min(8) });
  await api.kysely
    .insertInto('catalogue')
    .values({
      kind: 'model',
      id: 'careful',
      label: 'Careful',
      settings_schema: JSON.stringify(z.toJSONSchema(settings, { io: 'input' })),
      credentials_schema: JSON.stringify(z.toJSONSchema(credentials, { io: 'input' })),
    })
    .execute();
});
afterAll(() => api.close());

const careful = { kind: 'model', adapter: 'careful', label: 'Ours', settings: {}, secret: { apiKey: 'sk-0123456789' } };

const add = (person: Person, change: object = {}) =>
  api.call('/credentials', { token: person.token, body: { ...careful, ...change } });

test('the catalogue tells what there is, with the forms for it', async () => {
  const { token } = await api.founder();

  const { body } = await api.call('/catalogue?kind=model', { token });

  expect(body.entries).toHaveLength(1);
  expect(body.entries[0]).toMatchObject({ id: 'careful', credentialsSchema: { required: ['apiKey'] } });
});

test('a connection is stored sealed and never shown; the worker can open it', async () => {
  const owner = await api.founder();

  const { status, body } = await add(owner);

  expect(status).toBe(201);
  expect(body).toMatchObject({
    adapter: 'careful',
    settings: { model: 'small' },
    hasSecret: true,
    position: 0,
    enabled: true,
  });
  const list = await api.call('/credentials', { token: owner.token });
  expect(JSON.stringify([body, list.body])).not.toContain('sk-');
  const row = await api.kysely
    .selectFrom('credentials')
    .selectAll()
    .where('id', '=', body.id)
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toContain('sk-');
  const service = databaseAs(api.kysely, { role: 'service_role' });
  const [opened] = await service
    .transaction()
    .execute((tx) => openConnections(tx, api.ports.vault, owner.orgId, 'model'));
  expect(opened).toMatchObject({
    adapter: 'careful',
    settings: { model: 'small' },
    credentials: { apiKey: 'sk-0123456789' },
  });
});

test('a secret that is moved to another organisation does not open', async () => {
  const [owner, thief] = [await api.founder(), await api.founder()];
  const { body } = await add(owner);

  await api.kysely.updateTable('credentials').set({ org_id: thief.orgId }).where('id', '=', body.id).execute();

  const service = databaseAs(api.kysely, { role: 'service_role' });
  const opening = service.transaction().execute((tx) => openConnections(tx, api.ports.vault, thief.orgId, 'model'));
  await expect(opening).rejects.toThrow();
});

test.each([
  ['an unknown adapter', { adapter: 'dream' }, ['adapter']],
  ['a wrong setting', { settings: { temperature: 3 } }, ['settings.temperature']],
  ['a setting nobody asked for', { settings: { color: 'red' } }, ['settings.color']],
  ['a missing secret', { secret: {} }, ['secret.apiKey']],
  ['a kind that is none', { kind: 'toaster' }, ['kind']],
])('%s is a 422 that names it', async (_, change, fields) => {
  const owner = await api.founder();

  const answer = await add(owner, change);

  expect([answer.status, Object.keys(answer.body.fields)]).toEqual([422, fields]);
});

const SHIPPED = [
  ...MODELS.map((adapter) => catalogueEntry('model', adapter)),
  ...EMBEDDERS.map((adapter) => catalogueEntry('embedder', adapter)),
];

test.each(SHIPPED.map((entry) => [entry.kind, entry.id, entry] as const))(
  'the %s %s can be connected by its own forms',
  async (kind, id, entry) => {
    const owner = await api.founder();
    await api.kysely
      .insertInto('catalogue')
      .values({
        kind,
        id,
        label: entry.label,
        settings_schema: JSON.stringify(entry.settingsSchema),
        credentials_schema: JSON.stringify(entry.credentialsSchema),
      })
      .execute();
    const filled = (schema: { required?: string[]; properties?: Record<string, { format?: string }> }) =>
      Object.fromEntries(
        (schema.required ?? []).map((name) => [
          name,
          schema.properties?.[name]?.format === 'uri' ? 'http://127.0.0.1:11434/v1' : 'something',
        ]),
      );

    const made = await add(owner, {
      kind,
      adapter: id,
      settings: filled(entry.settingsSchema),
      secret: filled(entry.credentialsSchema),
    });
    const wrong = await add(owner, {
      kind,
      adapter: id,
      settings: { model: 5, baseUrl: 'nowhere' },
      secret: { apiKey: 5 },
    });

    expect(made.status).toBe(201);
    expect(wrong.status).toBe(422);
  },
);

test('a change keeps what it does not name', async () => {
  const owner = await api.founder();
  const { body } = await add(owner);

  const changed = await api.call(`/credentials/${body.id}`, {
    method: 'PATCH',
    token: owner.token,
    body: { label: 'Renamed', settings: { model: 'large' }, enabled: false, position: 4 },
  });

  expect(changed.body).toMatchObject({
    label: 'Renamed',
    settings: { model: 'large' },
    enabled: false,
    position: 4,
    hasSecret: true,
  });
});

test('connections keep their order, and a deleted one is gone', async () => {
  const owner = await api.founder();
  const made = [await add(owner, { label: 'one' }), await add(owner, { label: 'two' })];

  const gone = await api.call(`/credentials/${made[0]!.body.id}`, { method: 'DELETE', token: owner.token });

  expect(made.map(({ body }) => body.position)).toEqual([0, 1]);
  expect(gone.status).toBe(204);
  const { body } = await api.call('/credentials', { token: owner.token });
  expect(body.credentials.map(({ label }: { label: string }) => label)).toEqual(['two']);
});

test('items that waited for a connection go on when there is one', async () => {
  const owner = await api.founder();
  const { body: item } = await api.call('/media/process', { token: owner.token, body: { source: 'text', text: 'x' } });
  const steps = api.kysely.updateTable('item_steps').where('item_id', '=', item.id);
  await steps.set({ state: 'done' }).where('position', '<', 4).execute();
  await steps.set({ state: 'waiting' }).where('name', '=', 'enrich').execute();
  await api.kysely.updateTable('items').set({ status: 'waiting' }).where('id', '=', item.id).execute();

  await add(owner);

  const { body: after } = await api.call(`/media/${item.id}`, { token: owner.token });
  expect(after.steps.find(({ name }: { name: string }) => name === 'enrich').state).toBe('pending');
});
