import { defineEnvVars } from '@sveltejs/kit/env';

/** Read when the server starts, never inlined into the build, so one build serves every installation. */
export const variables = defineEnvVars({
  SUPABASE_URL: {
    description: 'Where this server reaches auth and the API.',
    schema: (value) => (value || 'http://127.0.0.1:54321').replace(/\/+$/, ''),
  },
  SUPABASE_ANON_KEY: {
    description: 'The public key the Supabase gateway asks for. Harmless to show.',
    schema: (value) => value ?? '',
  },
  PUBLIC_SUPABASE_URL: {
    description: 'What browsers use for uploads, media and live updates. Empty means the web’s own origin.',
    schema: (value) => (value ?? '').replace(/\/+$/, ''),
  },
});
