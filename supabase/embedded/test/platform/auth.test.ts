import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type EmbeddedServer, embeddedServer } from '../loopback/embedded-server.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let server: EmbeddedServer;
beforeAll(async () => {
  server = await embeddedServer({ google: { clientId: 'nexus.apps', clientSecret: 'hidden' } });
});
afterAll(() => server.stop());

const password = 'a long enough password';
const newAddress = () => `${crypto.randomUUID()}@example.test`;

async function signedUp() {
  const client = server.client();
  const email = newAddress();
  const { data, error } = await client.auth.signUp({ email, password });
  if (error) throw error;
  return { client, email, user: data.user!, session: data.session! };
}

test('a sign-up signs in at once, and the token names the user to the API', async () => {
  const { client, email } = await signedUp();

  const { data } = await client.auth.getUser();

  expect(data.user?.email).toBe(email);
  expect(data.user?.role).toBe('authenticated');
});

test('the same address cannot sign up twice', async () => {
  const { email } = await signedUp();

  const { error } = await server.client().auth.signUp({ email, password });

  expect(error?.code).toBe('user_already_exists');
});

test('a password shorter than eight characters is refused', async () => {
  const { error } = await server.client().auth.signUp({ email: newAddress(), password: 'seven77' });

  expect(error?.code).toBe('weak_password');
});

test('the right password signs in and a wrong one does not', async () => {
  const { email, user } = await signedUp();

  const right = await server.client().auth.signInWithPassword({ email, password });
  const wrong = await server.client().auth.signInWithPassword({ email, password: 'not the password' });

  expect(right.data.user?.id).toBe(user.id);
  expect(wrong.error?.code).toBe('invalid_credentials');
});

test('a refresh gives a new session, and the old refresh token ends with a sign-out', async () => {
  const { client, session } = await signedUp();

  const refreshed = await client.auth.refreshSession();
  const signOut = await client.auth.signOut();
  const again = await server.client().auth.refreshSession({ refresh_token: refreshed.data.session!.refresh_token });

  expect(refreshed.data.session!.refresh_token).not.toBe(session.refresh_token);
  expect(signOut.error).toBeNull();
  expect(again.error).not.toBeNull();
});

test('a letter leads back where the web asked with a code that sets a new password', async () => {
  const { email, user } = await signedUp();
  const forgetful = server.client();
  const redirectTo = `${server.url}/reset?step=2`;

  const asked = await forgetful.auth.resetPasswordForEmail(email, { redirectTo });
  const letter = server.letters.at(-1)!;
  const opened = await fetch(letter.link!, { redirect: 'manual' });
  const target = new URL(opened.headers.get('location')!);
  const exchanged = await forgetful.auth.exchangeCodeForSession(target.searchParams.get('code')!);
  const changed = await forgetful.auth.updateUser({ password: 'another long password' });
  const signedIn = await server.client().auth.signInWithPassword({ email, password: 'another long password' });

  expect(asked.error).toBeNull();
  expect(letter).toMatchObject({ to: email, kind: 'recovery', subject: 'Choose a new password' });
  expect(opened.status).toBe(303);
  expect(target.href).toStartWith(redirectTo);
  expect(exchanged.data.user?.id).toBe(user.id);
  expect(changed.error).toBeNull();
  expect(signedIn.data.user?.id).toBe(user.id);
});

test('a link in a letter works once, and its code only with the verifier of who asked', async () => {
  const { email } = await signedUp();
  const forgetful = server.client();
  await forgetful.auth.resetPasswordForEmail(email);
  const link = server.letters.at(-1)!.link!;

  const first = new URL((await fetch(link, { redirect: 'manual' })).headers.get('location')!);
  const second = new URL((await fetch(link, { redirect: 'manual' })).headers.get('location')!);
  const thief = server.client();
  await thief.auth.resetPasswordForEmail('nobody@example.test');
  const stolen = await thief.auth.exchangeCodeForSession(first.searchParams.get('code')!);

  expect(first.searchParams.get('code')).toBeString();
  expect(second.searchParams.get('code')).toBeNull();
  expect(second.searchParams.get('error_code')).toBe('otp_expired');
  expect(stolen.error?.code).toBe('bad_code_verifier');
});

test('verifying the link itself leaves no session behind', async () => {
  const { email, user } = await signedUp();
  const sessions = () => server.database.query('select from auth.sessions where user_id = $1', [user.id]);
  await server.client().auth.resetPasswordForEmail(email);

  await fetch(server.letters.at(-1)!.link!, { redirect: 'manual' });

  expect((await sessions()).rows).toHaveLength(1);
});

test('a link may lead to this machine by another of its names', async () => {
  const email = 'namesake@example.test';
  await server.client().auth.signUp({ email, password: 'a long enough password' });
  const { port } = new URL(server.url);

  await server.client().auth.resetPasswordForEmail(email, { redirectTo: `http://localhost:${port}/reset` });

  const link = new URL(server.letters.at(-1)!.link!);
  expect(link.searchParams.get('redirect_to')).toBe(`http://localhost:${port}/reset`);
});

test('a letter never leads to another site', async () => {
  const { email } = await signedUp();

  await server.client().auth.resetPasswordForEmail(email, { redirectTo: 'https://elsewhere.example/' });

  const link = new URL(server.letters.at(-1)!.link!);
  expect(link.searchParams.get('redirect_to')).toBe(server.url);
});

test('the code in a letter works without the link', async () => {
  const { email, user } = await signedUp();
  await server.client().auth.resetPasswordForEmail(email);
  const token = /code: (\d{10})/.exec(server.letters.at(-1)!.text)![1]!;

  const { data } = await server.client().auth.verifyOtp({ email, token, type: 'recovery' });

  expect(data.user?.id).toBe(user.id);
});

test('an unknown address gets no letter and the same answer', async () => {
  const before = server.letters.length;

  const { error } = await server.client().auth.resetPasswordForEmail(newAddress());

  expect(error).toBeNull();
  expect(server.letters).toHaveLength(before);
});

test('a new address is confirmed by a letter, which leads back where the web asked', async () => {
  const { client, user } = await signedUp();
  const email = newAddress();

  await client.auth.updateUser({ email }, { emailRedirectTo: `${server.url}/settings` });
  const letter = server.letters.at(-1)!;
  const opened = await fetch(letter.link!, { redirect: 'manual' });
  const target = new URL(opened.headers.get('location')!);
  const exchanged = await client.auth.exchangeCodeForSession(target.searchParams.get('code')!);

  expect(letter.kind).toBe('email_change');
  expect(target.pathname).toBe('/settings');
  expect(exchanged.data.user).toMatchObject({ id: user.id, email });
});

test('a letter that has no link carries its code', async () => {
  const { client } = await signedUp();

  await client.auth.reauthenticate();

  expect(server.letters.at(-1)).toMatchObject({
    kind: 'reauthentication',
    link: null,
    text: expect.stringMatching(/Enter this code: \d{10}/),
  });
});

test('sign-in by Google goes to Google and is to come back to the site', async () => {
  const { data } = await server.client().auth.signInWithOAuth({
    provider: 'google',
    options: { redirectTo: `${server.url}/welcome`, skipBrowserRedirect: true },
  });

  const answer = await fetch(data.url!, { redirect: 'manual' });

  const target = new URL(answer.headers.get('location')!);
  expect(target.origin).toBe('https://accounts.google.com');
  expect(target.searchParams.get('client_id')).toBe('nexus.apps');
  expect(target.searchParams.get('redirect_uri')).toBe(`${server.url}/auth/v1/callback`);
});

test('settings tell the web which ways of signing in there are', async () => {
  const answer = await fetch(`${server.url}/auth/v1/settings`, { headers: { apikey: server.secrets.anonKey } });

  expect(await answer.json()).toMatchObject({ external: { google: true, email: true }, disable_signup: false });
});
