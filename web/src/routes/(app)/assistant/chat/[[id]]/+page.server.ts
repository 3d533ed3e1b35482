import { error } from '@sveltejs/kit';
import type { Facets, Item, ItemSummary } from '@nexus/shared/archive';
import { type Chat, ChatScope } from '@nexus/shared/assistant';
import type { ChatPage } from '#lib/assistant/chat/chat-list.svelte.ts';
import { ApiProblem } from '#lib/platform/api.ts';
import type { PageServerLoad } from './$types';

/** The address holds the chat; for a new one it may hold a question and what to ask: an item, a collection or a tag. */
export const load: PageServerLoad = async ({ locals: { api }, params, url }) => {
  const [chat, chats, facets, newest] = await Promise.all([
    params.id ? api.get<Chat>(`/chats/${encodeURIComponent(params.id)}`) : null,
    api.get<ChatPage>('/chats?limit=30'),
    api.get<Facets>('/media/facets?status=ready'),
    api.get<{ items: ItemSummary[] }>('/media?status=ready&limit=6'),
  ]).catch((problem: unknown) => {
    if (problem instanceof ApiProblem) error(problem.status === 422 ? 404 : problem.status, problem.detail);
    throw problem;
  });
  const scope = chat?.scope ?? scopeOf(url.searchParams);
  return {
    chat,
    chats,
    scope,
    facets: { tag: facets.tag.slice(0, 50), collection: facets.collection },
    titles: newest.items.map(({ title }) => title),
    item: scope.itemId ? await titleOf(api, scope.itemId) : null,
    draft: (url.searchParams.get('q') ?? '').slice(0, 1000),
  };
};

function scopeOf(query: URLSearchParams): ChatScope {
  const [itemId, collectionId, tag] = [query.get('item'), query.get('collection'), query.get('tag')];
  const wanted = itemId ? { itemId } : collectionId ? { collectionId } : tag ? { tags: [tag] } : {};
  return ChatScope.safeParse(wanted).data ?? {};
}

/** Null for an item that has gone: the chat about it stays readable. */
async function titleOf(api: App.Locals['api'], id: string): Promise<{ id: string; title: string } | null> {
  try {
    const { title } = await api.get<Item>(`/media/${id}`);
    return { id, title };
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 404) return null;
    throw problem;
  }
}
