import { z } from 'zod';

/** What every connection to a service asks for: where it is, and how long its silence is borne. */
export function connectionSettings(defaultBaseUrl: string) {
  return z.object({
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .default(defaultBaseUrl)
      .meta({ title: 'Base URL' }),
    timeoutSeconds: z
      .number()
      .positive()
      .max(3600)
      .default(180)
      .meta({ title: 'Give up after so many seconds of silence' }),
  });
}

/** A key without which the service answers nothing. */
export function apiKey(title: string) {
  return z.object({ apiKey: z.string().trim().min(1).meta({ title }) });
}
