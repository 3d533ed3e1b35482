import { DEFAULT_MAX_RECORDING_SECONDS } from '@nexus/shared/archive';
import { z } from 'zod';

const Rate = z.object({
  /** How many requests may come at once. */
  burst: z.number().positive(),
  perSecond: z.number().positive(),
});
export type Rate = z.infer<typeof Rate>;

const MB = 1024 * 1024;

/** What an operator may choose. Every default is meant for people: nobody at a keyboard meets a limit. */
export const ApiConfiguration = z.object({
  version: z.string().default('0.1.0'),
  signUp: z.enum(['open', 'invited']).default('open'),
  google: z.boolean().default(false),
  /** Origins of other sites that may call the API from a browser; `*` is any. The web's own origin needs no entry. */
  corsOrigins: z.array(z.string()).default([]),
  /** Whose `X-Forwarded-For` is believed: nobody's, that of proxies on this machine, or everybody's (behind a platform's edge). */
  trustForwardedFor: z.enum(['never', 'loopback', 'always']).default('loopback'),
  /** With it `/metrics` answers `Authorization: Bearer <token>`; without it only callers on this machine. */
  metricsToken: z.string().min(16).optional(),
  recording: z.object({ maxSeconds: z.number().int().positive().default(DEFAULT_MAX_RECORDING_SECONDS) }).prefault({}),
  limits: z
    .object({
      bodyBytes: z.number().int().positive().default(MB),
      /** Where the words of an item are in the request itself. */
      textBodyBytes: z
        .number()
        .int()
        .positive()
        .default(25 * MB),
      user: Rate.default({ burst: 300, perSecond: 50 }),
      key: Rate.default({ burst: 300, perSecond: 50 }),
      /** Nobody signed in. */
      address: Rate.default({ burst: 100, perSecond: 10 }),
      /** Credentials that were refused, and invitations tried: twenty, then one every five seconds. */
      guessing: Rate.default({ burst: 20, perSecond: 0.2 }),
    })
    .prefault({}),
});
export type ApiConfiguration = z.infer<typeof ApiConfiguration>;
