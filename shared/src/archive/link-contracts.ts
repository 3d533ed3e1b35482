import { z } from 'zod';
import { Item } from './contracts.ts';

/** What adding answers with. */
export const AddedItem = Item.extend({
  alreadyHere: z
    .boolean()
    .describe('The same link was added before: this is that item. One that had failed or was canceled is tried again.'),
});
export type AddedItem = z.infer<typeof AddedItem>;
