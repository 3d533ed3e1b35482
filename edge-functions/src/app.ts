import { NexusError } from '@nexus/shared/platform';
import { OpenAPIHono } from '@hono/zod-openapi';
import { getPath } from 'hono/utils/url';
import { corrections } from './archive/corrections.ts';
import { duplicates } from './archive/duplicates.ts';
import { feeds } from './archive/feeds.ts';
import { library } from './archive/library.ts';
import { media } from './archive/media.ts';
import { transfers } from './archive/transfers.ts';
import { recordings } from './archive/recordings.ts';
import { sample } from './archive/sample.ts';
import { speakers } from './archive/speakers.ts';
import { transcription } from './archive/transcription.ts';
import { chatRoutes } from './assistant/chat.ts';
import { savedSearches } from './assistant/saved-searches.ts';
import { searchRoutes } from './assistant/search.ts';
import { campaigns } from './listening/campaigns.ts';
import { conversations } from './listening/conversations.ts';
import { judging } from './listening/judging.ts';
import { deliveries } from './listening/deliveries.ts';
import { opportunities } from './listening/opportunities.ts';
import { runs } from './listening/runs.ts';
import { protocols } from './listening/protocols.ts';
import { sources } from './listening/sources.ts';
import { accounts } from './listening/accounts.ts';
import { admit } from './platform/admit.ts';
import { audit } from './platform/audit.ts';
import { bodyLimits } from './platform/body-limits.ts';
import { credentials } from './platform/credentials.ts';
import { foundingRoutes } from './platform/founding.ts';
import { crossOrigin, securityHeaders } from './platform/headers.ts';
import { healthRoutes } from './platform/health.ts';
import { idempotent } from './platform/idempotency.ts';
import { invitations } from './platform/invitations.ts';
import { keys } from './platform/keys.ts';
import { members } from './platform/members.ts';
import { metricsRoutes } from './platform/metrics-routes.ts';
import { describeApi } from './platform/openapi.ts';
import { requireOrganisation } from './platform/organisation.ts';
import { orgs } from './platform/orgs.ts';
import type { ApiEnv, ApiPorts } from './platform/ports.ts';
import { answerProblem, problemResponse } from './platform/problem.ts';
import { referenceRoutes } from './platform/reference.ts';
import { requestLog } from './platform/request-log.ts';
import { setupRoutes } from './platform/setup.ts';

export { ApiConfiguration } from './platform/configuration.ts';
export { createMetrics, type Metrics } from './platform/metrics.ts';
export type { ApiEnv, ApiPorts } from './platform/ports.ts';
export { createTokenVerifier, type VerifyToken } from './platform/tokens.ts';

/** The web's own origin has `/api`; Supabase's gateway has `/functions/v1/api`, of which a function sees `/api`. */
const BASE = /^(?:\/functions\/v1)?\/api(?=\/|$)/;

/**
 * The REST API. Whoever holds the socket passes the peer's address: `app.fetch(request, { remoteAddress })`. Routes stand in
 * the order of what they ask of a caller: nothing, a limit, somebody signed in, an organisation.
 */
export function createApp(ports: ApiPorts): OpenAPIHono<ApiEnv> {
  const api = new OpenAPIHono<ApiEnv>({ getPath: pathBelowBase });
  api.onError(answerProblem);
  api.notFound((c) =>
    problemResponse(new NexusError('not-found', 'There is no such path. GET /api/docs lists them.'), c.var.requestId),
  );

  api.use(requestLog(ports), securityHeaders, crossOrigin(ports));
  api.route('/', healthRoutes(ports));
  api.route('/', metricsRoutes(ports));
  api.route(
    '/',
    referenceRoutes(() => describeApi(api, ports.configuration.version)),
  );

  api.use(bodyLimits(ports), admit(ports));
  api.route('/', setupRoutes(ports));

  api.use(idempotent(ports));
  api.route('/', foundingRoutes(ports));

  api.use(requireOrganisation(ports));
  for (const module of [
    orgs,
    members,
    invitations,
    keys,
    credentials,
    audit,
    sample,
    // Before media, whose ids would take their path for one.
    recordings(ports),
    duplicates,
    library,
    media,
    corrections,
    speakers,
    transcription,
    feeds,
    transfers,
    savedSearches,
    searchRoutes(ports),
    campaigns,
    runs,
    conversations,
    sources,
    protocols,
    chatRoutes(ports),
    accounts,
    // Before opportunities, whose ids would take the names of files for one.
    deliveries,
    opportunities,
    judging,
  ])
    api.route('/', module);
  return api;
}

/** Outside of the base nothing matches. */
function pathBelowBase(request: Request): string {
  const path = getPath(request);
  return BASE.test(path) ? path.replace(BASE, '') || '/' : `/outside${path}`;
}
