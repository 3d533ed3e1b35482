import { deliver } from '@nexus/shared/listening';
import { handle } from '../../platform/handle.ts';
import { ARMED_SECONDS, armDelivery } from './arm-delivery.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import { settleDelivery } from './settle-delivery.ts';

/** So that the lease outlives the attempt. */
const ATTEMPT_SECONDS = ARMED_SECONDS - 30;

/** Armed, done, confirmed: nothing is sent twice, however often and by however many workers this runs. */
export default handle(deliver, async (payload, ports, { signal, log }) => {
  const arming = await armDelivery(ports, payload);
  log.set(arming.outcome === 'busy' ? { outcome: 'busy', retryAt: arming.retryAt } : { outcome: arming.outcome });
  if (arming.outcome !== 'armed') return;

  const { armed, content } = arming;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_SECONDS * 1000)]);
  const attempted = await attemptDelivery(armed, content, ports, limit);
  const settled = await settleDelivery(ports, armed, attempted);
  log.set({
    ...settled,
    adapter: armed.adapter,
    subject: armed.subject,
    attempt: armed.attempt,
    ...('problem' in attempted && { code: attempted.problem.code, cause: String(attempted.problem.cause ?? '') }),
  });
});
