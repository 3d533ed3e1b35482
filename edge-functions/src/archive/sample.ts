import { createRoute } from '@hono/zod-openapi';
import { addSample, removeSample } from '@nexus/shared/archive';
import { nothing, routes } from '../platform/routes.ts';

const common = { path: '/media/sample', tags: ['archive'] };

const add = createRoute({
  ...common,
  method: 'post',
  summary: 'Add the sample to explore',
  responses: { 202: { description: 'Queued' } },
});
const remove = createRoute({ ...common, method: 'delete', summary: 'Remove the sample', responses: { 204: nothing } });

export const sample = routes()
  .openapi(add, async (c) => {
    await addSample(c.var.ctx);
    return c.body(null, 202);
  })
  .openapi(remove, async (c) => {
    await removeSample(c.var.ctx);
    return c.body(null, 204);
  });
