import { createHash, timingSafeEqual } from 'node:crypto';

/** What the page's key, indices and animations below come to; worked out by another implementation. */
export const KNOWN_ANIMATION_KEY = '626f7c0c51eb851eb8520a3d70a3d70a3d80a3d70a3d70a3d80c51eb851eb85200';
const INDICES = [2, 20, 6, 31];
const EPOCH_SECONDS = 1_682_924_400;

/** `generation` changes bytes that choose nothing: the animation stays, earlier ids do not hold any more. */
export function verificationKey(generation: number): Uint8Array {
  const key = Uint8Array.from({ length: 48 }, (_, index) => (index * 37 + 11) % 256);
  key[40] = generation % 256;
  return key;
}

/** A page of the web app: key, animations and links to its scripts, as a browser with these cookies gets it. */
export function appPage(
  origin: string,
  generation: number,
  isSignedIn: boolean,
  features: Record<string, boolean>,
): string {
  const entry = isSignedIn ? 'entry-client-a1b2c3.js' : 'entry-client-logged-out-a1b2c3.js';
  const state = { featureSwitch: { defaultConfig: {}, user: { config: flags(features) } } };
  return `<!DOCTYPE html><html><head>
<meta name="twitter-site-verification" content="${Buffer.from(verificationKey(generation)).toString('base64')}"/>
<link rel="modulepreload" href="${origin}/x-web/assets/design.o-000.js"/>
<link rel="modulepreload" href="${origin}/x-web/assets/chunk-1a2b.js"/>
<script type="module" src="${origin}/x-web/assets/${entry}"></script>
</head><body>${[0, 1, 2, 3].map(animation).join('')}
<script>window.__INITIAL_STATE__=${JSON.stringify(state)};window.__META_DATA__={"env":"prod"};</script>
</body></html>`;
}

const flags = (features: Record<string, boolean>) =>
  Object.fromEntries(Object.entries(features).map(([name, value]) => [name, { value }]));

function animation(picture: number): string {
  const rows = Array.from({ length: 16 }, (_, row) => {
    const n = Array.from({ length: 11 }, (_, column) => (picture * 31 + row * 17 + column * 13 + 7) % 256);
    return ` ${n[0]},${n[1]} ${n[2]},${n[3]} ${n[4]},${n[5]} h ${n[6]} s ${n[7]},${n[8]} ${n[9]},${n[10]} `;
  });
  return `<svg id="loading-x-anim-${picture}"><g><path d="M 0,0"></path><path d="M 10,30 C${rows.join('C')}"></path></g></svg>`;
}

export interface BundledOperation {
  readonly id: string;
  readonly features: readonly string[];
}

/** The scripts by name. Operations are written as the web app's bundles write them, one in each of their two forms. */
export function script(name: string, operations: Readonly<Record<string, BundledOperation>>): string | null {
  if (name.startsWith('sign.o-')) {
    const reads = INDICES.map((index) => `(n[${index}], 16)`).join(',');
    return `export default function(n,t){return [${reads}].map(t)}`;
  }
  if (name.startsWith('chunk-')) return `const s=()=>import("./sign.o-9f8e.js");export{s};`;
  if (!name.startsWith('entry-client')) return name.startsWith('design.o-') ? 'export const colour="(x)";' : null;
  return Object.entries(operations)
    .map(([operation, { id, features }], index) =>
      index % 2 === 0
        ? `params:{id:"${id}",metadata:{},name:"${operation}",operationKind:"query",text:null}`
        : `e.exports={queryId:"${id}",operationName:"${operation}",operationType:"query",metadata:{featureSwitches:${JSON.stringify(features)},fieldToggles:["withArticleRichContentState"]}}`,
    )
    .join(';');
}

/** Whether X would take the id: masked with its first byte, of this page, of the last minutes, signed for this request. */
export function isTransactionId(id: string, method: string, path: string, generation: number, now: Date): boolean {
  const bytes = Buffer.from(id, 'base64');
  const plain = bytes.subarray(1).map((byte) => byte ^ bytes[0]!);
  if (plain.length !== 48 + 4 + 16 + 1) return false;
  const seconds = Buffer.from(plain).readUInt32LE(48);
  const signed = `${method}!${path}!${seconds}obfiowerehiring${KNOWN_ANIMATION_KEY}`;
  const digest = createHash('sha256').update(signed).digest().subarray(0, 16);
  return (
    timingSafeEqual(plain.subarray(0, 48), verificationKey(generation)) &&
    timingSafeEqual(plain.subarray(52, 68), digest) &&
    Math.abs(now.getTime() / 1000 - EPOCH_SECONDS - seconds) < 600 &&
    plain[68] === 3
  );
}
