import { deliver } from './deliveries/delivery-jobs.ts';
import { RUN_JOBS } from './runs/run-jobs.ts';
import { OPPORTUNITY_JOBS } from './opportunities/opportunity-jobs.ts';

import { refreshXProtocol } from './protocols/protocol-jobs.ts';

/** All jobs of the capability; each is defined beside the verbs that queue it. */
export const LISTENING_JOBS = [...RUN_JOBS, ...OPPORTUNITY_JOBS, deliver, refreshXProtocol] as const;
