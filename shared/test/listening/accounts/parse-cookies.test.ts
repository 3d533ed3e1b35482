import { expect, test } from 'bun:test';
import { parseCookies } from '../../../src/listening/accounts/parse-cookies.ts';

const [token, csrf] = ['a'.repeat(40), 'b'.repeat(160)];
const header = `auth_token=${token}; ct0=${csrf}; twid=u%3D1234567890; lang=en`;
const list = [
  { name: 'auth_token', value: token, domain: '.x.com', httpOnly: true, session: false },
  { name: 'ct0', value: csrf, domain: 'x.com' },
  { name: 'twid', value: '"u=1234567890"', domain: '.twitter.com' },
  { name: 'auth_token', value: 'of-another-site', domain: 'notx.com' },
];
const netscape = [
  '# Netscape HTTP Cookie File',
  '',
  `#HttpOnly_.x.com\tTRUE\t/\tTRUE\t1790000000\tauth_token\t${token}`,
  `.x.com\tTRUE\t/\tTRUE\t1790000000\tct0\t${csrf}`,
  `.x.com\tTRUE\t/\tTRUE\t0\ttwid\tu%3D1234567890`,
  '.example.com\tTRUE\t/\tFALSE\t0\tct0\tof-another-site',
].join('\r\n');
const copiedRows = [
  `auth_token\t${token}\t.x.com\t/\tSession`,
  `ct0\t${csrf}\t.x.com\t/`,
  'twid\t"u=1234567890"\t.x.com',
].join('\n');
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['the text of the header', header],
  ['the whole header line', `Cookie: ${header}`],
  ['one pair a line', header.replaceAll('; ', '\n')],
  ['a JSON object', JSON.stringify({ auth_token: token, ct0: csrf, twid: 'u=1234567890', guest: 5 })],
  ['an exported array', JSON.stringify(list, null, 2)],
  ['an object with an exported array', JSON.stringify({ url: 'https://x.com', cookies: list })],
  ['an object with header text', JSON.stringify({ cookies: header })],
  ['cookies.txt', netscape],
  ['rows copied from the browser’s tools', copiedRows],
  ['base64 of header text', base64(header)],
  ['base64 of JSON, wrapped', base64(JSON.stringify(list)).replace(/(.{76})/g, '$1\n')],
  ['URL-safe base64 without padding', Buffer.from(netscape).toString('base64url')],
])('%s is read', (_, text) => {
  const { cookies, externalId } = parseCookies(`\n ${text}\n`);

  expect(cookies).toMatchObject({ auth_token: token, ct0: csrf });
  expect(externalId).toBe('1234567890');
});

test.each([
  ['nothing of it', 'lang=en; theme=dark', 'Neither is here'],
  ['words', 'please sign me in', 'Neither is here'],
  ['no ct0', `auth_token=${token}`, 'ct0 is missing'],
  ['no auth_token', `ct0=${csrf}`, 'auth_token is missing'],
  ['cookies of other sites', JSON.stringify([{ name: 'ct0', value: csrf, domain: '.example.com' }]), 'Neither is here'],
  ['base64 of something else', base64('just some words in here'), 'Neither is here'],
  ['cut JSON', '[{"name":"auth_token"', 'Copy all of it'],
  ['JSON of something else', '[1,2,3]', 'no cookies that can be read'],
  ['JSON null', '{"cookies":null}', 'no cookies that can be read'],
])('%s is refused in words', (_, text, words) => {
  expect(() => parseCookies(text)).toThrow(
    expect.objectContaining({ code: 'invalid-input', detail: expect.stringContaining(words) }),
  );
});

test('a value that would end the header or begin another is left out, and never repeated', () => {
  const text = JSON.stringify({ auth_token: `${token}\r\nX-Evil: 1`, ct0: `${csrf};x=1` });

  const attempt = () => parseCookies(text);

  expect(attempt).toThrow(expect.objectContaining({ detail: expect.not.stringContaining(token) }));
});

test('the account’s number is unknown without twid, and with a twid of another form', () => {
  const numbers = ['', '; twid=u%3Dabc', '; twid=5'].map(
    (more) => parseCookies(`auth_token=${token}; ct0=${csrf}${more}`).externalId,
  );

  expect(numbers).toEqual([null, null, null]);
});
