import { type Context, parseProxy, sha256, type Vault } from '../../platform/index.ts';
import { type ParsedCookies, parseCookies } from './parse-cookies.ts';

/** What the cookies of one account are bound to: they open in no other row. */
export const accountContext = (orgId: string, id: string) => `account:${orgId}:${id}`;
/** A proxy is no cookie, even where somebody swaps the columns. */
export const proxyContext = (orgId: string, id: string) => `${accountContext(orgId, id)}:proxy`;

type Sealing = Pick<Context, 'orgId' | 'vault'>;

/** Columns of an account's cookies. `external_id` falls back to a fingerprint of its sign-in, so that it is not added twice. */
export async function sealCookies({ orgId, vault }: Sealing, id: string, text: string) {
  const parsed = parseCookies(text);
  const { ciphertext, keyId } = await vault.seal(JSON.stringify(parsed.cookies), accountContext(orgId, id));
  return { ciphertext, key_id: keyId, external_id: await externalIdOf(parsed) };
}

/** Columns of an account's proxy; all null without one. */
export async function sealProxy({ orgId, vault }: Sealing, id: string, text: string | null) {
  if (text === null) return { proxy: null, proxy_ciphertext: null, proxy_key_id: null };
  const { shown } = parseProxy(text);
  const { ciphertext, keyId } = await vault.seal(text, proxyContext(orgId, id));
  return { proxy: shown, proxy_ciphertext: ciphertext, proxy_key_id: keyId };
}

/** Cookies and proxy of one account, for the worker alone. Throws `not-configured` when they were sealed with a key that is gone. */
export async function openAccount(
  vault: Vault,
  row: {
    id: string;
    org_id: string;
    ciphertext: string;
    key_id: string;
    proxy_ciphertext: string | null;
    proxy_key_id: string | null;
  },
): Promise<{ cookies: Record<string, string>; proxy: string | null }> {
  const cookies = await vault.open(
    { ciphertext: row.ciphertext, keyId: row.key_id },
    accountContext(row.org_id, row.id),
  );
  const proxy =
    row.proxy_ciphertext === null || row.proxy_key_id === null
      ? null
      : await vault.open(
          { ciphertext: row.proxy_ciphertext, keyId: row.proxy_key_id },
          proxyContext(row.org_id, row.id),
        );
  return { cookies: JSON.parse(cookies) as Record<string, string>, proxy };
}

const FINGERPRINT = 'sign-in:';

async function externalIdOf({ externalId, cookies }: ParsedCookies): Promise<string> {
  return externalId ?? `${FINGERPRINT}${(await sha256(cookies['auth_token'] ?? '')).slice(0, 16)}`;
}

/** Null for a fingerprint, which is nothing to show. */
export const shownExternalId = (externalId: string | null) =>
  externalId === null || externalId.startsWith(FINGERPRINT) ? null : externalId;
