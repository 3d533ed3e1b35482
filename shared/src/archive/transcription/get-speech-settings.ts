import { type Context, requireScope, type Tx } from '../../platform/index.ts';
import type { SpeechSettings } from './contracts.ts';

/** How the organisation wants its recordings heard. */
export async function getSpeechSettings(ctx: Context): Promise<SpeechSettings> {
  requireScope(ctx.actor, 'archive:read');
  return ctx.db.transaction().execute((tx) => readSpeechSettings(tx, ctx.orgId));
}

export async function readSpeechSettings(tx: Tx, orgId: string): Promise<SpeechSettings> {
  const row = await tx
    .selectFrom('speech_settings')
    .select('recognises_voices')
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return { recognisesVoices: row?.recognises_voices ?? false };
}
