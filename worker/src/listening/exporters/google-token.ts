import { NexusError } from '@nexus/shared/platform';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import type { OutletIo } from '../deliveries/outlet.ts';
import { googleProblem } from './google-problem.ts';

/** The file that Google gives for a service account, as far as it is read. */
const ServiceAccount = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(3),
  private_key_id: z.string().optional(),
  private_key: z.string().includes('PRIVATE KEY'),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

const SCOPE = 'https://www.googleapis.com/auth/spreadsheets';
const LIFE_SECONDS = 600;

/** Throws `invalid-input` for what is not such a file. */
export function readServiceAccount(json: string): ServiceAccount {
  const parsed = ServiceAccount.safeParse(parseJson(json));
  if (parsed.success) return parsed.data;
  throw new NexusError(
    'invalid-input',
    'This is not the key of a service account. Paste the whole JSON file that Google gave you, under Connections.',
  );
}

/** A token for an hour, by a signed assertion (RFC 7523). Nothing is changed by asking for one. */
export async function accessToken(
  account: ServiceAccount,
  io: Pick<OutletIo, 'http' | 'signal' | 'now'>,
): Promise<string> {
  const issuedAt = Math.floor(io.now().getTime() / 1000);
  const assertion = await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(account.private_key_id && { kid: account.private_key_id }) })
    .setIssuer(account.client_email)
    .setAudience(account.token_uri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFE_SECONDS)
    .sign(await readKey(account));
  const grant = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  const answer = await io.http.send(account.token_uri, {
    body: grant.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    signal: io.signal,
  });
  const body = parseJson(new TextDecoder().decode(answer.body));
  const token = z.object({ access_token: z.string().min(1) }).safeParse(body);
  if (answer.status === 200 && token.success) return token.data.access_token;
  throw googleProblem(answer, body, account.client_email);
}

async function readKey({ private_key }: ServiceAccount): Promise<CryptoKey> {
  try {
    return await importPKCS8(private_key, 'RS256');
  } catch (error) {
    const detail =
      'The private key of the service account cannot be read. Make a new key at Google and paste its whole file.';
    throw new NexusError('invalid-input', detail, { cause: error });
  }
}

/** Undefined fits no schema. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
