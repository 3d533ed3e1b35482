import { cutText } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';

/** A better title, unless a person has given one: also since the attempt began. */
export async function renameUnlessGiven(tx: Tx, itemId: string, title: string): Promise<void> {
  const cut = cutText(title.trim(), 500);
  if (cut === '') return;
  await tx.updateTable('items').set({ title: cut }).where('id', '=', itemId).where('title_given', '=', false).execute();
}
