import { type Context, recordAct, requireScope } from '../../platform/index.ts';
import type { SpeechSettings } from './contracts.ts';

/** Voice prints are personal data: only those who run the organisation decide on them, and the audit log says who did. */
export async function changeSpeechSettings(ctx: Context, input: SpeechSettings): Promise<SpeechSettings> {
  requireScope(ctx.actor, 'platform:admin');

  return ctx.db.transaction().execute(async (tx) => {
    const values = { recognises_voices: input.recognisesVoices };
    await tx
      .insertInto('speech_settings')
      .values({ org_id: ctx.orgId, ...values })
      .onConflict((conflict) => conflict.column('org_id').doUpdateSet(values))
      .execute();
    await recordAct(tx, ctx, {
      action: 'archive.change-speech-settings',
      subjectKind: 'org',
      subjectId: ctx.orgId,
      details: { recognisesVoices: input.recognisesVoices },
    });
    return input;
  });
}
