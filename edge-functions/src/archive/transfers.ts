import { createRoute } from '@hono/zod-openapi';
import {
  createExport,
  createImport,
  deleteTransfer,
  getTransfer,
  listTransfers,
  NewExport,
  NewImport,
  Transfer,
  TransferReport,
} from '@nexus/shared/archive';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['archive'];

const list = createRoute({
  method: 'get',
  path: '/transfers',
  tags,
  summary: 'Exports and imports, newest first',
  responses: { 200: json(z.object({ transfers: z.array(Transfer) }), 'At most 50') },
});
const exporting = createRoute({
  method: 'post',
  path: '/transfers/exports',
  tags,
  summary: 'Write the whole archive into files in open formats',
  description:
    'One or more ZIP files with media, transcripts as JSON and VTT, Markdown and a manifest. They can be imported again without loss, and stay for a week.',
  request: { body: body(NewExport) },
  responses: { 202: json(Transfer, 'Queued; follow it at Location') },
});
const importing = createRoute({
  method: 'post',
  path: '/transfers/imports',
  tags,
  summary: 'Bring in an export of Nexus (ZIP) or of the earlier Nexus (JSON)',
  description: 'What is here already stays as it is. The report says what came in and what did not, and why.',
  request: { body: body(NewImport) },
  responses: { 202: json(Transfer, 'Queued; follow it at Location') },
});
const read = createRoute({
  method: 'get',
  path: '/transfers/{id}',
  tags,
  summary: 'How an export or import went: its files, or its report',
  request: { params: IdParam },
  responses: { 200: json(TransferReport, 'The report') },
});
const remove = createRoute({
  method: 'delete',
  path: '/transfers/{id}',
  tags,
  summary: 'Remove an export with its files, or an import’s report; ends one that is under way',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export const transfers = routes()
  .openapi(list, async (c) => c.json({ transfers: await listTransfers(c.var.ctx) }, 200))
  .openapi(exporting, async (c) => {
    const transfer = await createExport(c.var.ctx, c.req.valid('json'));
    return c.json(transfer, 202, { location: `/api/transfers/${transfer.id}` });
  })
  .openapi(importing, async (c) => {
    const transfer = await createImport(c.var.ctx, c.req.valid('json'));
    return c.json(transfer, 202, { location: `/api/transfers/${transfer.id}` });
  })
  .openapi(read, async (c) => c.json(await getTransfer(c.var.ctx, { transferId: c.req.valid('param').id }), 200))
  .openapi(remove, async (c) => {
    await deleteTransfer(c.var.ctx, { transferId: c.req.valid('param').id });
    return c.body(null, 204);
  });
