import { ApiConfiguration, type ApiPorts, createMetrics, createTokenVerifier } from '@nexus/edge-functions';
import type { Secrets } from '@nexus/embedded';
import { instanceConnections } from '@nexus/shared/platform';
import { keysOf } from '@nexus/worker/env';
import type { Settings } from './settings.ts';

type Given = Pick<ApiPorts, 'kysely' | 'queue' | 'storage' | 'vault'> & {
  settings: Settings;
  secrets: Secrets;
  log: ApiPorts['writeLog'];
};

/** What the API needs when it runs in the same process as everything else. */
export function apiPorts({ settings, secrets, log, ...ports }: Given): ApiPorts {
  const perSecond = settings.NEXUS_RATE_LIMIT_PER_SECOND;
  const rate = perSecond ? { perSecond, burst: perSecond * 4 } : undefined;
  return {
    ...ports,
    verifyToken: createTokenVerifier({ secret: secrets.jwtSecret, now: () => new Date() }),
    configuration: ApiConfiguration.parse({
      signUp: settings.NEXUS_SIGN_UP,
      corsOrigins: settings.NEXUS_CORS_ORIGINS,
      metricsToken: settings.NEXUS_METRICS_TOKEN,
      trustForwardedFor: settings.NEXUS_TRUST_FORWARDED_FOR,
      google: Boolean(settings.GOOGLE_CLIENT_ID && settings.GOOGLE_CLIENT_SECRET),
      modelAdapters: instanceConnections(keysOf(settings), 'model').map(({ adapter }) => adapter),
      recording: { maxSeconds: Math.round(settings.NEXUS_RECORDING_MAX_HOURS * 3600) },
      limits: rate ? { user: rate, key: rate } : {},
    }),
    writeLog: log,
    now: () => new Date(),
    metrics: createMetrics(),
    keys: keysOf(settings),
  };
}
