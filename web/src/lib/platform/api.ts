/** A refusal of the API, as its problem+json said it. `detail` is written for the person reading. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: Record<string, string[]> = {},
    readonly requestId: string | undefined = undefined,
  ) {
    super(detail);
  }
}

/** The server could not be reached at all: offline, restarting, or a broken connection. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
}

export interface ApiOptions {
  fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /** What stands before `/media`, such as `/api`. */
  baseUrl: string;
  headers: () => Promise<Record<string, string>>;
  /** Called when the session has ended; may throw to lead elsewhere. */
  onSignedOut?: () => void;
}

export interface PostOptions {
  signal?: AbortSignal;
  /** Goes out although the page is being left; bodies of at most 64 kB. */
  keepalive?: boolean;
  accept?: string;
  idempotencyKey?: string;
}

export interface Api {
  get<Result>(path: string, options?: { signal?: AbortSignal }): Promise<Result>;
  /** A file and the name that the server gives it. */
  file(path: string): Promise<File>;
  /** The body of an answer that comes piece by piece (`text/event-stream`). */
  stream(path: string, body: unknown, options: { signal: AbortSignal }): Promise<ReadableStream<Uint8Array>>;
  /** With an idempotency key a repeated call answers what the first one did. */
  post<Result>(path: string, body?: unknown, options?: PostOptions): Promise<Result>;
  put<Result>(path: string, body: unknown): Promise<Result>;
  patch<Result>(path: string, body: unknown): Promise<Result>;
  /** Bytes as they are. */
  putBytes<Result>(path: string, bytes: ArrayBuffer, options?: { signal?: AbortSignal }): Promise<Result>;
  /** Nothing, unless the server says what is there now. */
  delete<Result = void>(path: string, body?: unknown): Promise<Result>;
}

/** JSON in and out; throws `ApiProblem` for every answer that is not 2xx and `ApiUnreachable` when there is none. */
export function createApi({ fetch, baseUrl, headers, onSignedOut }: ApiOptions): Api {
  async function call(method: string, path: string, body?: unknown, options: PostOptions = {}): Promise<Response> {
    const init: RequestInit = {
      method,
      signal: options.signal,
      // A deletion asked for while the page is being left still goes out.
      keepalive: options.keepalive ?? method === 'DELETE',
      headers: { accept: options.accept ?? 'application/json', ...(await headers()) },
    };
    if (options.idempotencyKey) init.headers = { ...init.headers, 'idempotency-key': options.idempotencyKey };
    if (body instanceof ArrayBuffer) {
      init.body = body;
      init.headers = { ...init.headers, 'content-type': 'application/octet-stream' };
    } else if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...init.headers, 'content-type': 'application/json' };
    }
    const response = await fetch(baseUrl + path, init).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ApiUnreachable('The server did not answer', { cause: error });
    });
    if (response.status === 401) onSignedOut?.();
    if (!response.ok) throw await readProblem(response);
    return response;
  }

  /** "Accepted" and "nothing to say" have no body. */
  const parsed = async <Result>(response: Response): Promise<Result> => {
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as Result;
  };

  return {
    file: async (path) => {
      const response = await call('GET', path);
      const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1];
      return new File([await response.blob()], name ? decodeURIComponent(name) : 'download');
    },
    stream: async (path, body, { signal }) => {
      const response = await call('POST', path, body, { signal, accept: 'text/event-stream' });
      return response.body ?? new ReadableStream();
    },
    get: async (path, options) => parsed(await call('GET', path, undefined, options)),
    post: async <Result>(path: string, body?: unknown, options?: PostOptions) => {
      const response = await call('POST', path, body, options);
      return parsed<Result>(response);
    },
    put: async (path, body) => parsed(await call('PUT', path, body)),
    putBytes: async (path, bytes, options) => parsed(await call('PUT', path, bytes, options)),
    patch: async (path, body) => parsed(await call('PATCH', path, body)),
    delete: async (path, body) => parsed(await call('DELETE', path, body)),
  };
}

async function readProblem(response: Response): Promise<ApiProblem> {
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const problem: unknown = isJson ? await response.json() : {};
  const { code, detail, title, fields, requestId } = problem as Partial<
    Record<'code' | 'detail' | 'title' | 'requestId', string> & { fields: Record<string, string[]> }
  >;
  return new ApiProblem(response.status, code ?? 'internal', detail ?? title ?? response.statusText, fields, requestId);
}
