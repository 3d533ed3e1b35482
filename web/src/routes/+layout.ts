import { loadMessages } from '#lib/platform/i18n.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ data }) => ({ ...data, messages: await loadMessages(data.locale) });
