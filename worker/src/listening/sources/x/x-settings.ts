import { z } from 'zod';
import { ownAddress } from '../own-address.ts';

export const XSettings = z.object({
  product: z.enum(['Latest', 'Top', 'People', 'Media']).default('Latest').describe('Which tab of X’s search is read'),
  rawQuery: z.string().trim().max(1000).optional().describe('Sent to X as it is, instead of the query of the campaign'),
  baseUrl: ownAddress('https://x.com'),
});
