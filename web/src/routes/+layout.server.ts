import { PUBLIC_SUPABASE_URL } from '$app/env/private';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals, depends }) => {
  depends('nexus:preferences');
  return { locale: locals.locale, region: locals.region, theme: locals.theme, supabaseUrl: PUBLIC_SUPABASE_URL };
};
