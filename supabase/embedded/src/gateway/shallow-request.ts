import { problem } from './problem.ts';

/** Far more than any row or user has. PGlite turns text nested 6,000 levels into jsonb, at 7,000 it returns nothing and spins at the next statement. */
const MAX_DEPTH = 500;

/**
 * The request, unless its address or body holds brackets nested more deeply than the database bears; else the answer 400.
 * Brackets inside strings count too, because a string may be cast to jsonb.
 */
export async function shallowRequest(request: Request): Promise<Request | Response> {
  if (isDeep(decodeURIComponentSafely(request.url))) return tooDeep();
  if (!request.body) return request;
  const body = await request.arrayBuffer();
  if (isDeep(new TextDecoder().decode(body))) return tooDeep();
  return new Request(request, { method: request.method, body });
}

function isDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** An address that is not well encoded is judged as it stands. */
function decodeURIComponentSafely(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch (error) {
    if (error instanceof URIError) return address;
    throw error;
  }
}

const tooDeep = () => problem(400, 'Nested too deeply', `JSON may be nested ${MAX_DEPTH} levels deep.`);
