import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { ApiEnv, ApiPorts } from './ports.ts';

/** For answers that no browser should run, frame, guess the type of, or keep. A route's own values stay. */
export const securityHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const { headers } = c.res;
  const defaults = {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  for (const [name, value] of Object.entries(defaults)) if (!headers.has(name)) headers.set(name, value);
};

/** Lets the configured origins call from a browser. Tokens travel in a header, never in cookies, so none are allowed. */
export function crossOrigin({ configuration: { corsOrigins } }: ApiPorts): MiddlewareHandler<ApiEnv> {
  const any = corsOrigins.includes('*');
  return cors({
    origin: (origin) => (any ? '*' : corsOrigins.includes(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    // `apikey` and `x-client-info` come with every request of the official clients.
    allowHeaders: [
      'authorization',
      'content-type',
      'x-nexus-org',
      'idempotency-key',
      'x-request-id',
      'apikey',
      'x-client-info',
    ],
    exposeHeaders: ['x-request-id', 'retry-after', 'location', 'idempotency-replayed'],
    maxAge: 86_400,
  });
}
