import { MOST_CHUNK_BYTES } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ApiEnv, ApiPorts } from './ports.ts';

/** Where an item's words may be in the request itself; files go to the storage, not through here. */
const TEXT_ROUTES = /^\/media\/(process|[^/]+\/transcript)$/;

/** Sound, a second or more of it at a time. */
const CHUNK_ROUTE = /^\/media\/recordings\/[^/]+\/chunks\/[^/]+$/;

export function bodyLimits({ configuration: { limits } }: ApiPorts): MiddlewareHandler<ApiEnv> {
  const usual = limited(limits.bodyBytes);
  const text = limited(limits.textBodyBytes);
  const chunk = limited(MOST_CHUNK_BYTES);
  return (c, next) => (CHUNK_ROUTE.test(c.req.path) ? chunk : TEXT_ROUTES.test(c.req.path) ? text : usual)(c, next);
}

function limited(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new NexusError(
        'too-large',
        `The body may have ${maxSize} bytes. Upload files instead of sending them here.`,
      );
    },
  });
}
