import type { Tx } from '@nexus/shared/platform';

/** What the user is told of a recording that nobody stopped; null for one that was stopped, and for anything else. */
export async function cutOffWarning(tx: Tx, itemId: string, durationSeconds: number): Promise<string | null> {
  const row = await tx.selectFrom('recordings').select('interrupted').where('item_id', '=', itemId).executeTakeFirst();
  return row?.interrupted ? `The recording was cut off at ${clock(durationSeconds)}.` : null;
}

/** 12:40, or 1:02:03. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
