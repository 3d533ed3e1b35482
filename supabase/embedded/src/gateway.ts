import { boundedRequest } from './gateway/bounded-request.ts';
import { allowAnyOrigin, preflight } from './gateway/cross-origin.ts';
import { problem } from './gateway/problem.ts';
import { shallowRequest } from './gateway/shallow-request.ts';

type Handler = (request: Request) => Promise<Response>;

export interface Realtime {
  /** Undefined once the request has become a WebSocket. */
  fetch(request: Request, server: Bun.Server<unknown>): Response | undefined | Promise<Response | undefined>;
  websocket: Bun.WebSocketHandler<unknown>;
}

export interface GatewayParts {
  /** `/auth/v1` and `/rest/v1`; refuses requests without a valid `apikey` itself. */
  auth: { fetch: Handler };
  storage: { fetch: Handler };
  realtime: Realtime;
  /** Edge functions by name, served below `/functions/v1/<name>`. */
  functions: Record<string, Handler>;
}

export interface Gateway {
  /** For `Bun.serve`, here and in front of the web. */
  fetch(request: Request, server: Bun.Server<unknown>): Promise<Response | undefined>;
  websocket: Bun.WebSocketHandler<unknown>;
  /** Whether a path is the gateway's, for a server that has other paths too. */
  serves(pathname: string): boolean;
}

const MEBIBYTE = 1_048_576;

/** The largest request body per service. Uploads are bounded by their bucket instead. */
const BODY_LIMIT_BYTES: Record<string, number> = {
  auth: MEBIBYTE,
  rest: 16 * MEBIBYTE,
  // Texts come with the request itself; the API has limits of its own below this.
  functions: 32 * MEBIBYTE,
  realtime: 16 * MEBIBYTE,
  storage: Infinity,
};

const SERVICE = /^\/(auth|rest|storage|realtime|functions)\/v1(?:\/|$)/;

/** One address for all services, with the paths and the manners that Kong has in Supabase. */
export function createGateway({ auth, storage, realtime, functions }: GatewayParts): Gateway {
  const handlers: Record<string, (request: Request, server: Bun.Server<unknown>) => ReturnType<Realtime['fetch']>> = {
    auth: auth.fetch,
    rest: auth.fetch,
    storage: storage.fetch,
    realtime: realtime.fetch,
    functions: (request) => callFunction(functions, request),
  };

  return {
    websocket: realtime.websocket,
    serves: (pathname) => SERVICE.test(pathname),

    async fetch(request, server) {
      const service = SERVICE.exec(new URL(request.url).pathname)?.[1];
      if (!service) return allowAnyOrigin(problem(404, 'No such service', 'Nothing is served at this path.'));
      // Functions answer for themselves, and TUS says with OPTIONS what it can.
      if (service !== 'functions' && request.headers.has('access-control-request-method')) return preflight(request);

      const bounded = await boundedRequest(request, BODY_LIMIT_BYTES[service]!);
      if (bounded instanceof Response) return allowAnyOrigin(bounded);
      const safe = service === 'rest' || service === 'auth' ? await shallowRequest(bounded) : bounded;
      if (safe instanceof Response) return allowAnyOrigin(safe);
      const response = await handlers[service]!(safe, server);
      // A function says itself which origins it trusts, as behind Supabase's gateway.
      return response && service !== 'functions' ? allowAnyOrigin(response) : response;
    },
  };
}

async function callFunction(functions: GatewayParts['functions'], request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.split('/')[3] ?? '';
  if (Object.hasOwn(functions, name)) return functions[name]!(request);
  return problem(404, 'No such function', 'No edge function has this name.');
}
