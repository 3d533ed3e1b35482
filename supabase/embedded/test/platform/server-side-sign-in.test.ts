import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { createServerClient } from '@supabase/ssr';
import { type EmbeddedServer, embeddedServer } from '../loopback/embedded-server.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let server: EmbeddedServer;
beforeAll(async () => {
  server = await embeddedServer();
});
afterAll(() => server.stop());

/** One browser's cookies, and the client a server makes from them for each of its requests. */
function browser() {
  const cookies = new Map<string, string>();
  return {
    cookies,
    request: () =>
      createServerClient(server.url, server.secrets.anonKey, {
        cookies: {
          getAll: () => [...cookies].map(([name, value]) => ({ name, value })),
          setAll: (changed) => {
            for (const { name, value } of changed) {
              if (value) cookies.set(name, value);
              else cookies.delete(name);
            }
          },
        },
      }),
  };
}

const password = 'a long enough password';

test('a session in cookies is known to the next request, and gone after a sign-out', async () => {
  const { request } = browser();
  await request().auth.signUp({ email: 'anna@example.test', password });

  const signedIn = await request().auth.getUser();
  await request().auth.signOut();
  const signedOut = await request().auth.getUser();

  expect(signedIn.data.user?.email).toBe('anna@example.test');
  expect(signedOut.data.user).toBeNull();
});

test('a forgotten password is replaced by way of the link in the letter', async () => {
  await browser().request().auth.signUp({ email: 'boris@example.test', password });
  const { request } = browser();

  await request().auth.resetPasswordForEmail('boris@example.test', {
    redirectTo: `${server.url}/auth/confirm?next=/reset`,
  });
  const opened = await fetch(server.letters.at(-1)!.link!, { redirect: 'manual' });
  const landing = new URL(opened.headers.get('location')!);
  const exchanged = await request().auth.exchangeCodeForSession(landing.searchParams.get('code')!);
  const changed = await request().auth.updateUser({ password: 'another long password' });

  expect(landing.searchParams.get('next')).toBe('/reset');
  expect(exchanged.error).toBeNull();
  expect(changed.data.user?.email).toBe('boris@example.test');
});

test('the hash in a link also signs in by itself', async () => {
  await browser().request().auth.signUp({ email: 'vera@example.test', password });
  const { request } = browser();

  await request().auth.resetPasswordForEmail('vera@example.test');
  const hash = new URL(server.letters.at(-1)!.link!).searchParams.get('token')!;
  await request().auth.verifyOtp({ token_hash: hash, type: 'recovery' });

  expect((await request().auth.getUser()).data.user?.email).toBe('vera@example.test');
});
