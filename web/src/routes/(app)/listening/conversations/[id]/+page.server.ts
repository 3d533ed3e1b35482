import type { Conversation } from '@nexus/shared/listening';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => ({
  conversation: await locals.api.get<Conversation>(`/conversations/${encodeURIComponent(params.id)}?limit=200`),
});
