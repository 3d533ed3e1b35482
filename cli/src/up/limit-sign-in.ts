import type { Gateway } from '@nexus/embedded';
import { databaseAs, type DB } from '@nexus/shared/platform';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

/** Ten tries at once, then one in ten seconds: nobody mistypes faster, and a list of common passwords takes years. */
const BURST = 10;
const PER_SECOND = 0.1;

/** Where a password, a code or a letter can be tried for. Renewing a session is none of that. */
const GUESSABLE = /^\/auth\/v1\/(token|signup|recover|otp|verify)$/;

const Body = z.object({ email: z.string().max(320).optional() });

/**
 * Slows down whoever guesses passwords. Counted per account, because the web signs people in from its own address, so that
 * all of them would share one. Kept in Postgres beside the other limits; answers as Supabase's auth does.
 */
export function limitSignIn(gateway: Gateway, kysely: Kysely<DB>): Gateway {
  const database = databaseAs(kysely, { role: 'service_role' });

  return {
    ...gateway,
    async fetch(request, server) {
      const { pathname, searchParams } = new URL(request.url);
      if (
        request.method !== 'POST' ||
        !GUESSABLE.test(pathname) ||
        searchParams.get('grant_type') === 'refresh_token'
      ) {
        return gateway.fetch(request, server);
      }
      const email = await emailOf(request.clone());
      if (!email) return gateway.fetch(request, server);

      const waitSeconds = await database.transaction().execute(async (tx) => {
        const bucket = `sign-in:${email}`;
        const { rows } = await sql<{
          wait: number;
        }>`select private.take_token(${bucket}, ${BURST}, ${PER_SECOND}) as wait`.execute(tx);
        return rows[0]?.wait ?? 0;
      });
      return waitSeconds > 0 ? tooMany(waitSeconds) : gateway.fetch(request, server);
    },
  };
}

async function emailOf(request: Request): Promise<string | null> {
  const text = await request.text();
  try {
    return Body.safeParse(JSON.parse(text)).data?.email?.trim().toLowerCase() || null;
  } catch (error) {
    // Auth itself says what is wrong with a body that is no JSON.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function tooMany(waitSeconds: number): Response {
  return Response.json(
    {
      code: 429,
      error_code: 'over_request_rate_limit',
      msg: 'Too many attempts for this account. Try again in a moment.',
    },
    { status: 429, headers: { 'retry-after': String(Math.ceil(waitSeconds)), 'access-control-allow-origin': '*' } },
  );
}
