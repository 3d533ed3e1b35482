import type { PGlite } from '@electric-sql/pglite';
import { type ApiKeyResolver, App } from '@supabase/lite';
import { letterOf } from './letters.ts';
import { liteConnection } from './lite-connection.ts';
import type { SendMail } from './mail.ts';
import { mailLinks } from './mail-link.ts';
import { mayRegister, type SignUp, withoutRegistration } from './registration.ts';

export interface AuthOptions {
  database: PGlite;
  /** Signs every token, HS256. */
  jwtSecret: string;
  /** Tokens of the roles `anon` and `service_role`, which clients send as `apikey`. */
  anonKey: string;
  serviceKey: string;
  /** The web's origin. Links in letters and sign-in by Google come back to it. */
  siteUrl: string;
  signUp?: SignUp;
  google?: { clientId: string; clientSecret: string };
  mail: SendMail;
}

/** Supabase's `/auth/v1` and `/rest/v1`, by `@supabase/lite` on a database that is open already. */
export async function createAuth(options: AuthOptions): Promise<{ fetch(request: Request): Promise<Response> }> {
  const { database, siteUrl, signUp = 'open' } = options;
  const links = mailLinks(database, siteUrl);
  const connection = await liteConnection(database);

  const appWith = (registration: boolean) =>
    new App({
      connection,
      auth: {
        enabled: true,
        jwt_secret: options.jwtSecret,
        site_url: siteUrl,
        additional_redirect_urls: [`${siteUrl}/**`],
        enable_signup: registration,
        minimum_password_length: 8,
        // Nothing slows down guessing, and a letter's link is a hash of address and code: six digits would be found.
        email: { enable_signup: true, enable_confirmations: false, otp_length: 10, otp_expiry: 3600 },
        external: options.google ? { google: googleConfig(options.google) } : {},
      },
      api: { schemas: ['public'], external_url: siteUrl },
      storage: { enabled: false },
      studio: { enabled: false },
      options: {
        server: { admin: false, disableStudio: true, apiKeys: { resolver: keyResolver(options) } },
        drivers: { email: { send: (message) => options.mail(letterOf(message, links.rewrite)) } },
      },
    });
  const open = await appWith(true).init();
  const closed = await appWith(false).init();
  // REST answers from a picture of the schema. Taking it costs 0.9 s in a database just opened, so the first REST request
  // does, not the start; and again after SQL has said `notify pgrst, 'reload schema'`, as in Supabase.
  let schema: Promise<unknown> | undefined;
  await database.listen('pgrst', () => (schema = undefined));

  const answer = async (request: Request): Promise<Response> => {
    // Before Lite opens a transaction: within one it would wait for itself.
    if (new URL(request.url).pathname.startsWith('/rest/')) await (schema ??= connection.introspect());
    if (await mayRegister(request, signUp, database)) return open.fetch(request, NOT_LOCAL);
    return closed.fetch(await withoutRegistration(request), NOT_LOCAL);
  };

  return {
    async fetch(request) {
      const verify = (body: object) =>
        answer(
          new Request(new URL('/auth/v1/verify', request.url), {
            method: 'POST',
            headers: { apikey: options.anonKey, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
        );
      const opened = await links.open(request, verify);
      if (opened) return opened;
      return SENDS_MAIL.test(`${request.method} ${new URL(request.url).pathname}`)
        ? links.remember(request, () => answer(request))
        : answer(request);
    },
  };
}

/** Lite gives requests from this machine more rights only when it knows that they are. */
const NOT_LOCAL = { peerAddress: null };

const SENDS_MAIL = /^(POST \/auth\/v1\/(recover|otp|magiclink|signup|resend)|PUT \/auth\/v1\/user)$/;

function googleConfig({ clientId, clientSecret }: { clientId: string; clientSecret: string }) {
  return { enabled: true, client_id: clientId, secret: clientSecret };
}

/** Lite knows only its own kind of keys; Supabase's are tokens, compared whole. */
function keyResolver({ anonKey, serviceKey }: AuthOptions): ApiKeyResolver {
  return async (key) => {
    if (key === anonKey) return { type: 'publishable', claims: { role: 'anon' } };
    if (key === serviceKey) return { type: 'secret', claims: { role: 'service_role' } };
    return null;
  };
}
