import { OpenAPIHono } from '@hono/zod-openapi';
import { fieldsOf, NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { ApiEnv } from './ports.ts';

/** A module of routes. What does not fit its contract is thrown as `invalid-input`, so that one mapper answers. */
export function routes(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const fields = fieldsOf(result.error);
      throw new NexusError('invalid-input', `Check ${Object.keys(fields).join(', ')}.`, { fields });
    },
  });
}

/** A JSON body that must be there: without `required` a request of another content type would pass unread. */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: true } as const;
}

/** A JSON answer. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { content: { 'application/json': { schema } }, description } as const;
}

export const nothing = { description: 'Done; there is nothing to say' } as const;

export const IdParam = z.object({ id: z.uuid() });

/** A whole number in a path. Not `z.coerce`: what that takes may be missing, and no part of a path can. */
export const numberInPath = (most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.int().min(0).max(most))
    .openapi({ type: 'integer', minimum: 0, maximum: most });
