import { isProblem, NexusError } from '@nexus/shared/platform';
import type { Fetched, Http, SendOptions } from '../../platform/http.ts';
import { errorCode } from '../../platform/http-failure.ts';

/** It may have arrived, or not. What threw this is never sent again before somebody has looked. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';

  constructor(readonly problem: NexusError) {
    super(problem.detail, { cause: problem });
  }
}

/** Sends once. A break after the connection stood is `OutcomeUnknown`; what broke before is thrown as it is. */
export async function sendOnce(http: Http, url: string, options: SendOptions): Promise<Fetched> {
  try {
    return await http.send(url, options);
  } catch (error) {
    if (isProblem(error) && !wasNeverSent(error)) throw new OutcomeUnknown(error);
    throw error;
  }
}

/** No connection came to be: no address, no host, nobody there, not who it says it is. */
const UNCONNECTED =
  /^(ENOTFOUND|ENODATA|EAI_.*|DNS_.*|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|.*CERT.*|.*SELF_SIGNED.*|.*UNABLE_TO_.*)$/;

function wasNeverSent(problem: NexusError): boolean {
  return problem.code === 'address-refused' || UNCONNECTED.test(errorCode(problem.cause));
}
