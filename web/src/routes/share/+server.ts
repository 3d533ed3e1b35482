import { redirect } from '@sveltejs/kit';
import { SUPABASE_URL } from '$app/env/private';
import type { AddedItem, NewItem } from '@nexus/shared/archive';
import { ApiProblem } from '#lib/platform/api.ts';
import { isForged } from '#lib/platform/same-site.server.ts';
import { sendSharedFile } from '#lib/archive/send-shared-file.server.ts';
import { draftAddress, sharedContent, type SharedContent } from '#lib/archive/shared-content.ts';
import type { RequestHandler } from './$types';

/**
 * What a phone's share sheet sends to the installed app. The sheet is the browser's own doing, so `Sec-Fetch-Site` is `none`;
 * then it is added at once. Anything else could be a form on another site, so it only fills in the dialog, as any link could:
 * nothing is added without a click. Whoever is signed out finds the same dialog after signing in.
 */
export const POST: RequestHandler = async ({ request, locals, fetch }) => {
  const form = await request.formData().catch(() => null);
  // The server takes 32 MB in one request; uploads from the page have no such limit.
  if (!form) redirect(303, '/archive?shared=too-large');
  const content = sharedContent(form);
  const draft = draftAddress(content);
  if (!(await locals.safeGetSession())) redirect(303, `/sign-in?next=${encodeURIComponent(draft)}`);
  if (isForged(request)) redirect(303, draft);

  const news = await newItems(content, { api: locals.api, fetch, supabaseUrl: SUPABASE_URL });
  if (!news.ok) redirect(303, `/archive?${new URLSearchParams({ shared: 'refused', reason: news.reason })}`);
  const [only, ...more] = news.items;
  if (!only) redirect(303, '/archive?shared=empty');
  if (more.length > 0) redirect(303, '/archive?shared=added');
  redirect(303, `/archive?${new URLSearchParams({ shared: only.alreadyHere ? 'here' : 'added', item: only.id })}`);
};

/** Opened by hand: there is nothing to share. */
export const GET: RequestHandler = () => redirect(303, '/archive');

type Outcome = { ok: true; items: AddedItem[] } | { ok: false; reason: string };

async function newItems(
  { files, link, text, title }: SharedContent,
  to: Parameters<typeof sendSharedFile>[1],
): Promise<Outcome> {
  const add = (item: NewItem) => to.api.post<AddedItem>('/media/process', item);
  const items: AddedItem[] = [];
  try {
    for (const file of files) {
      const path = await sendSharedFile(file, to);
      items.push(await add({ source: 'file', path, name: file.name }));
    }
    // A caption that comes with files says what they are, not what to keep.
    if (files.length === 0 && link) items.push(await add({ source: 'url', url: link }));
    else if (files.length === 0 && text) items.push(await add({ source: 'text', text, ...(title && { title }) }));
    return { ok: true, items };
  } catch (error) {
    if (error instanceof ApiProblem) return { ok: false, reason: error.detail };
    throw error;
  }
}
