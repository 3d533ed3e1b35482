import { AsyncLocalStorage } from 'node:async_hooks';
import type { PGlite } from '@electric-sql/pglite';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { jsonBody } from './json-body.ts';

/**
 * Links in letters that lead where the client asked, and that end in a PKCE code when it sent a challenge, as
 * `@supabase/ssr` does. Lite ignores both: its links lead to the site with tokens in the fragment, which a server cannot
 * read. The code is redeemed by Lite itself (`grant_type=pkce`), from its own `auth.flow_state`.
 */
export interface MailLinks {
  /** Runs a request that may send a letter, remembering what its link must do. */
  remember(request: Request, answer: () => Promise<Response>): Promise<Response>;
  /** Makes the link of a letter that is sent during `remember`. */
  rewrite(link: URL): URL;
  /** Answers the opening of a link that belongs to a PKCE flow; null for any other request. */
  open(request: Request, verify: (body: object) => Promise<Response>): Promise<Response | null>;
}

interface Wanted {
  redirectTo: string | null;
  flowId: string | null;
}

const Body = z.object({
  code_challenge: z.string().min(43).max(128),
  code_challenge_method: z.enum(['s256', 'S256', 'plain']),
});

export function mailLinks(database: PGlite, siteUrl: string): MailLinks {
  const wanted = new AsyncLocalStorage<Wanted>();

  const startFlow = async (request: Request): Promise<string | null> => {
    const body = Body.safeParse(await jsonBody(request));
    if (!body.success) return null;
    await database.query(`delete from auth.flow_state where created_at < now() - interval '1 day'`);
    const { rows } = await database.query<{ id: string }>(
      `insert into auth.flow_state (id, auth_code, authentication_method, provider_type, code_challenge, code_challenge_method)
       values (gen_random_uuid(), gen_random_uuid(), 'email', 'email', $1, lower($2)) returning id`,
      [body.data.code_challenge, body.data.code_challenge_method],
    );
    return rows[0]!.id;
  };

  return {
    async remember(request, answer) {
      const redirectTo = new URL(request.url).searchParams.get('redirect_to');
      return wanted.run({ redirectTo, flowId: await startFlow(request) }, answer);
    },

    rewrite(link) {
      const { redirectTo = null, flowId = null } = wanted.getStore() ?? {};
      link.searchParams.set('redirect_to', allowed(redirectTo, siteUrl));
      if (flowId) link.searchParams.set('flow', flowId);
      return link;
    },

    async open(request, verify) {
      const { pathname, searchParams } = new URL(request.url);
      const flow = z.uuid().safeParse(searchParams.get('flow'));
      if (request.method !== 'GET' || pathname !== '/auth/v1/verify' || !flow.success) return null;

      const target = new URL(allowed(searchParams.get('redirect_to'), siteUrl));
      const answer = await verify({ token_hash: searchParams.get('token'), type: searchParams.get('type') });
      const code = answer.ok ? await finishFlow(database, flow.data, Session.parse(await answer.json())) : null;
      if (code) target.searchParams.set('code', code);
      else for (const [name, value] of Object.entries(EXPIRED)) target.searchParams.set(name, value);
      return Response.redirect(target.href, 303);
    },
  };
}

const EXPIRED = {
  error: 'access_denied',
  error_code: 'otp_expired',
  error_description: 'Email link is invalid or has expired',
};

const Session = z.object({ access_token: z.string(), user: z.object({ id: z.uuid() }) });

/** Ends the session that verifying made, for the code makes the one that counts, and returns the code, valid for 5 min. */
async function finishFlow(database: PGlite, flowId: string, session: z.infer<typeof Session>): Promise<string | null> {
  return database.transaction(async (sql) => {
    await sql.query('delete from auth.sessions where id = $1', [decodeJwt(session.access_token)['session_id']]);
    const { rows } = await sql.query<{ auth_code: string }>(
      `update auth.flow_state set user_id = $2, auth_code_issued_at = now(), created_at = now(), updated_at = now()
       where id = $1 and user_id is null returning auth_code`,
      [flowId, session.user.id],
    );
    return rows[0]?.auth_code ?? null;
  });
}

/** The redirect asked for, if it stays on the site; else the site. */
function allowed(redirectTo: string | null, siteUrl: string): string {
  if (!redirectTo || !URL.canParse(redirectTo)) return siteUrl;
  return originOf(redirectTo) === originOf(siteUrl) ? redirectTo : siteUrl;
}

/** This machine has several names for itself, and people type any of them. */
function originOf(address: string): string {
  const url = new URL(address);
  if (['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) url.hostname = 'localhost';
  return url.origin;
}
