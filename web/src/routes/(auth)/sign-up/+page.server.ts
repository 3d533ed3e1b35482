import { fail, redirect } from '@sveltejs/kit';
import { ApiProblem } from '#lib/platform/api.ts';
import { authProblem } from '#lib/platform/auth-problem.ts';
import { safeNext } from '#lib/platform/safe-next.ts';
import type { InvitationPreview, Setup } from '@nexus/shared/platform';
import { textOfForm } from '#lib/platform/text-of-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const next = safeNext(url.searchParams.get('next'));
  if (await locals.safeGetSession()) redirect(303, next);
  const setup = await locals.api.get<Setup>('/setup');
  const token = /^\/invite\/([^/?#]+)$/.exec(next)?.[1];
  const invitation = token ? await lookUp(locals.api, token) : null;
  const isClosed = setup.signUp === 'invited' && setup.ownerExists && !invitation;
  return { setup, next, invitation, isClosed };
};

async function lookUp(api: App.Locals['api'], token: string): Promise<InvitationPreview | null> {
  return api.get<InvitationPreview>(`/invitations/lookup/${token}`).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  });
}

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await request.formData();
    const email = textOfForm(form, 'email');
    const password = String(form.get('password') ?? '');
    const next = safeNext(url.searchParams.get('next'));
    const token = /^\/invite\/([^/?#]+)$/.exec(next)?.[1];
    const { data, error } = await locals.auth.signUp({
      email,
      password,
      options: {
        // An installation that is closed to strangers lets this sign-up through by its invitation.
        ...(token ? { data: { invitation: token } } : {}),
        emailRedirectTo: `${locals.publicOrigin}/auth/callback?next=${encodeURIComponent(next)}`,
      },
    });
    if (error) return fail(400, { email, problem: authProblem(error) });
    if (!data.session) return { email, confirm: true };
    redirect(303, next);
  },
};
