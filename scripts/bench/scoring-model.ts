interface ChatRequest {
  messages: { role: string; content: string }[];
}

/** A model on 127.0.0.1 that scores each post it is shown, every fifth of them high, and takes its time for it. */
export function scoringModel(thinkingMs: number) {
  let requests = 0;
  let read = 0;
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      requests += 1;
      const { messages } = (await request.json()) as ChatRequest;
      await Bun.sleep(thinkingMs);
      const user = messages.find(({ role }) => role === 'user')!.content;
      const ids = Array.from(user.matchAll(/^\{"id":"([0-9a-f]{4}-\d+)"/gm), ([, id]) => id!);
      if (ids.length === 0) read += 1;
      const content = JSON.stringify(
        ids.length === 0
          ? { ...judgement(90), replies: [{ text: 'Have a look at ours.', citations: [] }] }
          : { posts: ids.map((id, index) => ({ id, ...judgement(index % 5 === 0 ? 80 : 20) })) },
      );
      return Response.json({
        choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: user.length >> 2, completion_tokens: content.length >> 2, total_tokens: 0 },
      });
    },
  });
  return {
    baseUrl: `${server.url.origin}/v1`,
    requests: () => requests,
    read: () => read,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

const judgement = (relevance: number) => ({
  relevance,
  reason: 'Because it is so.',
  intent: 'question',
  sentiment: 0,
  urgency: 30,
  deadline: null,
  insight: null,
  evidence: ['espresso'],
});
