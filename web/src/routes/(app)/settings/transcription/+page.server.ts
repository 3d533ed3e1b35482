import type { SpeechSettings, Term } from '@nexus/shared/archive';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const [{ terms }, settings] = await Promise.all([
    locals.api.get<{ terms: Term[] }>('/vocabulary'),
    locals.api.get<SpeechSettings>('/speech-settings'),
  ]);
  return { terms, settings };
};
