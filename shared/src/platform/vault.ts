import { fromBase64, sha256, toBase64 } from './bytes.ts';
import { NexusError } from './errors.ts';
import type { Vault } from './ports.ts';

const IV_BYTES = 12;

interface VaultKey {
  id: string;
  key: CryptoKey;
}

/**
 * AES-256-GCM through WebCrypto. `keys` is `NEXUS_CREDENTIALS_KEY`: base64 of 32 bytes, or several of those with commas
 * between, where the first seals and all open, so that a key can be replaced. A ciphertext is base64 of the 12-byte
 * initialisation vector followed by what GCM gives; `context` is its additional data, so that it opens nowhere else.
 * Throws `not-configured` when a key is not base64 of 32 bytes, and when a ciphertext does not open.
 */
export function createVault(keys: string): Vault {
  let imported: Promise<VaultKey[]> | undefined;
  const ring = () => (imported ??= Promise.all(keys.split(',').map((key) => importKey(key.trim()))));

  return {
    async seal(plain, context) {
      const { id, key } = (await ring())[0]!;
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const sealed = await crypto.subtle.encrypt(parametersOf(iv, context), key, new TextEncoder().encode(plain));
      const bytes = new Uint8Array(IV_BYTES + sealed.byteLength);
      bytes.set(iv);
      bytes.set(new Uint8Array(sealed), IV_BYTES);
      return { ciphertext: toBase64(bytes), keyId: id };
    },

    async open({ ciphertext, keyId }, context) {
      const entry = (await ring()).find(({ id }) => id === keyId);
      if (!entry) {
        throw new NexusError(
          'not-configured',
          'A stored secret was sealed with another key. Set NEXUS_CREDENTIALS_KEY to the one used then, or enter the secret again.',
        );
      }
      return new TextDecoder().decode(await decrypt(entry.key, fromBase64(ciphertext), context));
    },
  };
}

function parametersOf(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(context) };
}

async function decrypt(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>, context: string): Promise<ArrayBuffer> {
  const iv = bytes.subarray(0, IV_BYTES);
  try {
    return await crypto.subtle.decrypt(parametersOf(iv, context), key, bytes.subarray(IV_BYTES));
  } catch (error) {
    // GCM's tag does not fit.
    if (!(error instanceof DOMException)) throw error;
    throw new NexusError('not-configured', 'A stored secret was changed or belongs elsewhere. Enter it again.', {
      cause: error,
    });
  }
}

/** The id names a key without giving it away: the first 8 hex digits of the SHA-256 of its base64 form. */
async function importKey(text: string): Promise<VaultKey> {
  // 32 bytes are 43 digits and one "=".
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) {
    throw new NexusError(
      'not-configured',
      'NEXUS_CREDENTIALS_KEY must be base64 of 32 bytes (openssl rand -base64 32).',
    );
  }
  const bytes = fromBase64(text);
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { id: (await sha256(toBase64(bytes))).slice(0, 8), key };
}
