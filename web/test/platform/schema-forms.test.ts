import { expect, test } from 'bun:test';
import { draftOf, fieldsOf, readDraft } from '../../src/lib/platform/schema-fields.ts';

const schema = {
  type: 'object',
  required: ['model'],
  properties: {
    baseUrl: { type: 'string', format: 'uri', title: 'Base URL', default: 'https://api.example/v1' },
    batchSize: { type: 'integer', title: 'Texts per request', default: 64, minimum: 1 },
    mode: { type: 'string', enum: ['schema', 'none'], default: 'schema' },
    strict: { type: 'boolean', default: true },
    model: { type: 'string', title: 'Model', examples: ['small'] },
  },
};

test('what must be filled in comes first, and what has a good default is folded away', () => {
  const fields = fieldsOf(schema, false);

  expect(fields.map(({ name, input, isMinor }) => [name, input, isMinor])).toEqual([
    ['model', 'text', false],
    ['baseUrl', 'url', false],
    ['batchSize', 'number', true],
    ['mode', 'select', true],
    ['strict', 'checkbox', true],
  ]);
});

test('a secret is typed unseen', () => {
  const fields = fieldsOf({ properties: { apiKey: { type: 'string' } }, required: ['apiKey'] }, true);

  expect(fields).toMatchObject([{ name: 'apiKey', input: 'password', isRequired: true, isMinor: false }]);
});

test('a draft starts from what is stored, and becomes values of the right kinds', () => {
  const fields = fieldsOf(schema, false);
  const draft = draftOf(fields, { model: 'large', batchSize: 8 });

  const { values, problems } = readDraft(fields, { ...draft, strict: false });

  expect(values).toEqual({
    model: 'large',
    baseUrl: 'https://api.example/v1',
    batchSize: 8,
    mode: 'schema',
    strict: false,
  });
  expect(problems).toEqual({});
});

test('what is missing or no number or no address is named', () => {
  const fields = fieldsOf(schema, false);

  const { problems } = readDraft(fields, { model: ' ', baseUrl: 'ftp://x', batchSize: 'many' });

  expect(problems).toEqual({ model: 'form.required', baseUrl: 'form.url', batchSize: 'form.number' });
});
