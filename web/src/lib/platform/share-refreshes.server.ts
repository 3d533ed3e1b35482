interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

const KEEP_MS = 10_000;

/**
 * A fetch that sends one refresh for all requests holding the same refresh token. Such a token works once: two tabs that
 * wake up together would otherwise both use it, and the slower one would be signed out.
 */
export function shareRefreshes(
  send: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>,
): typeof fetch {
  const answers = new Map<string, Promise<Answer>>();

  async function refresh(input: RequestInfo | URL, init: RequestInit | undefined): Promise<Answer> {
    const response = await send(input, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  const shared = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.includes('grant_type=refresh_token') || typeof init?.body !== 'string') return send(input, init);

    const key = init.body;
    let answer = answers.get(key);
    if (!answer) {
      answer = refresh(input, init);
      answers.set(key, answer);
      const forget = () => answers.delete(key);
      answer.then(() => setTimeout(forget, KEEP_MS), forget);
    }
    const { status, headers, body } = await answer;
    return new Response(body, {
      status,
      headers: { 'content-type': headers.get('content-type') ?? 'application/json' },
    });
  };
  return Object.assign(shared, { preconnect: fetch.preconnect });
}
