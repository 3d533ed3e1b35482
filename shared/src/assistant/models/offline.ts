import { z } from 'zod';
import type { ModelAdapter } from '../adapter.ts';

/** The id under which everything made without a language model is stored and shown. */
export const OFFLINE_MODEL = 'offline';

/** No key, no network, no language model: what needs one to write uses `enrichOffline` instead. */
export const offline: ModelAdapter = {
  id: OFFLINE_MODEL,
  label: 'Offline (classical methods)',
  description:
    'No key and no network. Picks key sentences and key phrases by counting words; it does not write text of its own.',
  settings: z.object({}),
  credentials: z.object({}),
  create: null,
};
