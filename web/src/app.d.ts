import type { SupabaseClient } from '@supabase/supabase-js';
import type { Api } from '#lib/platform/api.ts';
import type { Locale } from '#lib/platform/i18n.ts';
import type { Theme } from '#lib/platform/theme.ts';

declare global {
  namespace App {
    interface Error {
      /** The API's code, for example `not-found`. */
      code?: string;
      requestId?: string;
    }

    /** Kept with an entry of the browser's history. */
    interface PageState {
      isOpportunityOpen?: boolean;
      isListShown?: boolean;
    }

    interface Locals {
      auth: SupabaseClient['auth'];
      /** The session of the cookie, renewed when it was about to expire. Not verified: the API does that on every call. */
      session: () => Promise<Session | null>;
      /** Verified with the auth server. For guards that ask nothing else of the API. */
      safeGetSession: () => Promise<Session | null>;
      api: Api;
      locale: Locale;
      /** The tag that dates and numbers are written by, for example `en-GB`. */
      region: string;
      theme: Theme;
      /** Scheme and host the browser used, for links that leave this server. */
      publicOrigin: string;
    }
  }

  interface Session {
    accessToken: string;
    /** Unix time. */
    expiresAtSeconds: number;
    email: string;
  }
}
