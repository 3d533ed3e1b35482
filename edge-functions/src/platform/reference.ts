import { toBase64Url } from '@nexus/shared/platform';
import { Hono } from 'hono';
import { renderDocs } from './docs.ts';
import type { OpenApiDocument } from './openapi.ts';
import type { ApiEnv } from './ports.ts';

/** The description of the API for machines and for people. `describe` runs once, when all routes are there. */
export function referenceRoutes(describe: () => OpenApiDocument): Hono<ApiEnv> {
  let described: OpenApiDocument | undefined;
  const document = () => (described ??= describe());

  return new Hono<ApiEnv>()
    .get('/openapi.json', (c) => c.json(document(), 200, { 'cache-control': 'public, max-age=300' }))
    .get('/docs', (c) => {
      const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
      return c.html(renderDocs(document(), nonce), 200, {
        'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      });
    });
}
