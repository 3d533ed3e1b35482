import type { BrowserSession } from './session.svelte.ts';
import type { RealtimeConnection } from './live-topic.svelte.ts';

/** Fetched only once something is followed live; it is a fifth of all the web's code. */
export async function connectRealtime(
  supabaseUrl: string,
  anonKey: string,
  session: BrowserSession,
): Promise<RealtimeConnection> {
  const { RealtimeClient } = await import('@supabase/realtime-js');
  const endpoint = `${supabaseUrl.replace(/^http/, 'ws')}/realtime/v1`;
  return new RealtimeClient(endpoint, { params: { apikey: anonKey }, accessToken: session.token });
}
