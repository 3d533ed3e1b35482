import { createRoute } from '@hono/zod-openapi';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { isLoopback } from './client-address.ts';
import type { ApiPorts } from './ports.ts';
import { routes } from './routes.ts';
import { renderWork } from './work-metrics.ts';

const read = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['platform'],
  summary: 'Figures for Prometheus',
  description:
    'With `NEXUS_METRICS_TOKEN` set: for whoever sends it as a bearer token. Without: for callers on the same machine.',
  responses: { 200: { description: 'Exposition format 0.0.4', content: { 'text/plain': { schema: z.string() } } } },
});

export function metricsRoutes({ kysely, metrics, configuration: { metricsToken } }: ApiPorts) {
  return routes().openapi(read, async (c) => {
    const allowed =
      metricsToken === undefined
        ? isLoopback(c.var.address)
        : same(c.req.header('authorization') ?? '', `Bearer ${metricsToken}`);
    if (!allowed) {
      throw new NexusError(
        'forbidden',
        'Figures are for the operator: set NEXUS_METRICS_TOKEN and send it as a bearer token.',
      );
    }
    const text = metrics.render() + (await renderWork(kysely));
    return c.text(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
}

/** Takes as long for a wrong first character as for a wrong last one. */
function same(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let index = 0; index < expected.length; index += 1)
    difference |= expected.charCodeAt(index) ^ given.charCodeAt(index);
  return difference === 0;
}
