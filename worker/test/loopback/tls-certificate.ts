/** Key and self-signed certificate (X.509, P-256) of a server that exists for one test: one in the repository would run out one day. */
export async function tlsCertificate(hostName: string): Promise<{ key: string; cert: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(hostName)))));
  const day = 86_400_000;
  const altNames = sequence(der(0x82, Buffer.from(hostName)));
  const isAuthority = sequence(der(0x01, Buffer.from([0xff])));
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(crypto.getRandomValues(Buffer.alloc(8))),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    name,
    Buffer.from(await crypto.subtle.exportKey('spki', keys.publicKey)),
    der(
      0xa3,
      sequence(sequence(BASIC_CONSTRAINTS, der(0x04, isAuthority)), sequence(SUBJECT_ALT_NAME, der(0x04, altNames))),
    ),
  );
  const signature = Buffer.from(
    await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, new Uint8Array(body)),
  );
  const halves = sequence(integer(signature.subarray(0, 32)), integer(signature.subarray(32)));
  const certificate = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), halves));
  const privateKey = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { key: pem('PRIVATE KEY', privateKey), cert: pem('CERTIFICATE', certificate) };
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const time = (at: Date) => der(0x18, Buffer.from(at.toISOString().replace(/[-:T]|\.\d+/g, '')));

const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');
const BASIC_CONSTRAINTS = oid('551d13');
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

/** A tag, a length, and what it holds (X.690). */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.byteLength;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** Positive: a leading zero where the first bit would make it negative, and none besides. */
function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(Math.max(0, start));
  return der(0x02, (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
