import type { LogFields } from '@nexus/shared/platform';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { clientAddress } from './client-address.ts';
import type { ApiEnv, ApiPorts } from './ports.ts';

/** An id that the client or a proxy chose, when it is one that logs can bear. */
const SANE_ID = /^[A-Za-z0-9._:-]{8,128}$/;

/** Gives the request its id and writes its one event when it ends, with what the rest of the way has added. */
export function requestLog({ configuration, writeLog, metrics, now }: ApiPorts): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const startedMs = performance.now();
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && SANE_ID.test(given) ? given : crypto.randomUUID();
    const fields: LogFields = {};
    c.set('requestId', requestId);
    c.set('log', { set: (more) => void Object.assign(fields, more) });
    c.set('address', clientAddress(c.req.raw.headers, c.env?.remoteAddress, configuration.trustForwardedFor));

    await next();

    c.header('x-request-id', requestId);
    const route = routeOf(matchedRoutes(c).map(({ path }) => path));
    const seconds = (performance.now() - startedMs) / 1000;
    metrics.observeRequest({ route, method: c.req.method, status: c.res.status, seconds });
    writeLog({
      time: now().toISOString(),
      level: c.res.status >= 500 ? 'error' : 'info',
      event: 'request',
      requestId,
      method: c.req.method,
      route,
      status: c.res.status,
      durationMs: Math.round(seconds * 1e5) / 100,
      address: c.var.address,
      ...fields,
    });
  };
}

/** The pattern, not the path: ids would make every request a series of its own, and a token must not be logged. */
function routeOf(paths: string[]): string {
  return paths.findLast((path) => !path.endsWith('*')) ?? 'none';
}
