import { afterAll, beforeAll, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { textConfiguration } from '../../src/assistant/text-configuration.ts';
import { type Library, openLibrary } from './library.ts';

let library: Library;
beforeAll(async () => void (library = await openLibrary()));
afterAll(() => library[Symbol.asyncDispose]());

test.each([
  ['en', 'english'],
  ['en-GB', 'english'],
  ['RU', 'russian'],
  ['rus', 'russian'],
  ['nb-NO', 'norwegian'],
  ['ja', 'simple'],
  ['und', 'simple'],
  ['', 'simple'],
  [null, 'simple'],
])('%p is searched as %s', (language, configuration) => {
  expect(textConfiguration(language)).toBe(configuration);
});

test('the database has every configuration there is a language for', async () => {
  const codes = 'ar hy eu ca da nl en fi fr de el hi hu id ga it lt ne no pt ro ru sr es sv ta tr yi ja'.split(' ');
  const { rows } = await sql<{ cfgname: string }>`select cfgname from pg_ts_config`.execute(library.kysely);

  const known = rows.map(({ cfgname }) => cfgname);
  expect(codes.map(textConfiguration).filter((name) => !known.includes(name))).toEqual([]);
});
