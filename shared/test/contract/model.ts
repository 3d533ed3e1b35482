import { describe, expect, test } from 'bun:test';
import { z } from 'zod';
import type { Model, StreamEvent } from '../../src/assistant/model.ts';
import type { ModelServer } from '../loopback/model-server.ts';

export interface ModelContract {
  name: string;
  server(): ModelServer;
  /** `key` is what the server must see; `timeoutSeconds` the silence after which the adapter gives up. */
  open(server: ModelServer, options: { key: string; timeoutSeconds: number }): Model;
  /** Statuses with which the service refuses a key. */
  keyRefusals: number[];
  /** The service names a wait in the header `Retry-After`, which may be a date. */
  retryAfterDates: boolean;
}

const question = { messages: [{ role: 'user', text: 'What is the capital of France?' }] } as const;
const City = z.strictObject({ city: z.string(), inhabitants: z.number().int() });

/** What every model adapter promises, tried against its service's wire format. */
export function modelContract({ name, server, open, keyRefusals, retryAfterDates }: ModelContract): void {
  const opened = (at: ModelServer, timeoutSeconds = 20) => open(at, { key: 'secret-key', timeoutSeconds });

  describe(`${name} as a model`, () => {
    test('answers with text and counts tokens', async () => {
      using at = server();
      at.reply({ kind: 'text', text: 'Paris — naïve, but 👍 right.', inputTokens: 21, outputTokens: 9 });

      const answer = await opened(at).generate(question);

      expect(answer).toEqual({
        text: 'Paris — naïve, but 👍 right.',
        toolCalls: [],
        finish: 'complete',
        usage: { inputTokens: 21, outputTokens: 9 },
      });
    });

    test('sends the key, the system text, every turn and the limits', async () => {
      using at = server();
      at.reply({ kind: 'text', text: 'Lyon.' });

      await opened(at).generate({
        system: 'Be brief.',
        messages: [
          ...question.messages,
          { role: 'assistant', text: 'Paris.' },
          { role: 'user', text: 'And after it?' },
        ],
        maxOutputTokens: 50,
        temperature: 0.5,
      });

      expect(at.requests).toEqual([
        expect.objectContaining({
          key: 'secret-key',
          system: 'Be brief.',
          turns: [
            { role: 'user', text: 'What is the capital of France?' },
            { role: 'assistant', text: 'Paris.' },
            { role: 'user', text: 'And after it?' },
          ],
          maxOutputTokens: 50,
          temperature: 0.5,
          isStream: false,
        }),
      ]);
    });

    test('says when an answer was cut off at the limit', async () => {
      using at = server();
      at.reply({ kind: 'text', text: 'The capital of', isCutOff: true });

      expect(await opened(at).generate(question)).toMatchObject({ finish: 'length', text: 'The capital of' });
    });

    test('streams pieces in order and ends once, whatever way the bytes are cut', async () => {
      using at = server();
      at.reply({ kind: 'text', text: 'Столица — Париж 🗼, “la Ville”.', inputTokens: 5, outputTokens: 6 });

      const events = await collect(opened(at).stream(question));

      const texts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
      expect(texts.length).toBeGreaterThan(1);
      expect(texts.join('')).toBe('Столица — Париж 🗼, “la Ville”.');
      expect(events.filter(({ type }) => type !== 'text')).toEqual([
        { type: 'end', finish: 'complete', usage: { inputTokens: 5, outputTokens: 6 } },
      ]);
    });

    test('calls a tool and takes its result back', async () => {
      using at = server();
      const model = opened(at);
      const tools = [{ name: 'look_up', description: 'Looks a city up', input: z.object({ city: z.string() }) }];
      at.reply(
        { kind: 'tool-call', name: 'look_up', input: { city: 'Paris' } },
        { kind: 'text', text: 'Two million.' },
      );

      const first = await model.generate({ ...question, tools });
      const second = await model.generate({
        messages: [
          ...question.messages,
          { role: 'assistant', text: first.text, toolCalls: first.toolCalls },
          { role: 'tool', toolCallId: first.toolCalls[0]!.id, name: 'look_up', text: '2 100 000' },
        ],
        tools,
      });

      expect(first).toMatchObject({ finish: 'tools', toolCalls: [{ name: 'look_up', input: { city: 'Paris' } }] });
      expect(second.text).toBe('Two million.');
      expect(at.requests[0]!.tools).toEqual([
        { name: 'look_up', schema: expect.objectContaining({ properties: { city: { type: 'string' } } }) },
      ]);
      expect(at.requests[1]!.turns.slice(1)).toEqual([
        { role: 'assistant', text: 'look_up({"city":"Paris"})' },
        { role: 'tool', text: '2 100 000' },
      ]);
    });

    test('streams a whole tool call before the end', async () => {
      using at = server();
      at.reply({ kind: 'tool-call', name: 'look_up', input: { city: 'São Paulo, Brazil' } });

      const events = await collect(opened(at).stream(question));

      expect(events).toMatchObject([
        { type: 'tool-call', call: { name: 'look_up', input: { city: 'São Paulo, Brazil' } } },
        { type: 'end', finish: 'tools' },
      ]);
    });

    test('answers JSON that fits the schema, and tells the service that it wants JSON', async () => {
      using at = server();
      at.reply({ kind: 'text', text: '```json\n{"city":"Paris","inhabitants":2100000}\n```' });

      const answer = await opened(at).generateJson({ ...question, schema: City });

      expect(answer.value).toEqual({ city: 'Paris', inhabitants: 2_100_000 });
      expect(at.requests).toMatchObject([{ wantsJson: true, system: expect.stringContaining('"inhabitants"') }]);
    });

    test('asks once more, with the errors told, when the JSON does not fit', async () => {
      using at = server();
      at.reply(
        { kind: 'text', text: '{"city":"Paris"}', inputTokens: 10, outputTokens: 1 },
        { kind: 'text', text: '{"city":"Paris","inhabitants":1}', inputTokens: 20, outputTokens: 2 },
      );

      const answer = await opened(at).generateJson({ ...question, schema: City });

      expect(answer).toEqual({
        value: { city: 'Paris', inhabitants: 1 },
        usage: { inputTokens: 30, outputTokens: 3 },
        requests: 2,
      });
      expect(at.requests[1]!.turns.at(-1)).toEqual({ role: 'user', text: expect.stringContaining('inhabitants') });
    });

    test('gives up after the second answer that does not fit', async () => {
      using at = server();
      at.reply({ kind: 'text', text: 'I would rather talk.' }, { kind: 'text', text: '[1, 2]' });

      const attempt = opened(at).generateJson({ ...question, schema: City });

      await expect(attempt).rejects.toMatchObject({ code: 'upstream-refused' });
      expect(at.requests).toHaveLength(2);
    });

    for (const status of keyRefusals) {
      test(`names the key when it is refused with ${status}`, async () => {
        using at = server();
        at.reply({ kind: 'refuse', status });

        await expect(opened(at).generate(question)).rejects.toMatchObject({
          code: 'upstream-refused',
          detail: expect.stringContaining('API key'),
        });
      });
    }

    test('passes on how long to wait', async () => {
      using at = server();
      at.reply({ kind: 'refuse', status: 429, retryAfterSeconds: 17 });

      await expect(opened(at).generate(question)).rejects.toMatchObject({
        code: 'upstream-limited',
        retryAfterSeconds: 17,
      });
    });

    test.each([500, 503, 529])('takes %d for a passing problem and does not try again itself', async (status) => {
      using at = server();
      at.reply({ kind: 'refuse', status }, { kind: 'text', text: 'Too late.' });

      await expect(opened(at).generate(question)).rejects.toMatchObject({ code: 'upstream-down' });
      expect(at.requests).toHaveLength(1);
    });

    test('takes a refused stream as it takes a refused answer', async () => {
      using at = server();
      at.reply({ kind: 'refuse', status: 429, retryAfterSeconds: 3 });

      await expect(collect(opened(at).stream(question))).rejects.toMatchObject({ code: 'upstream-limited' });
    });

    test('refuses an answer that is no API', async () => {
      using at = server();
      at.reply({ kind: 'garbage' });

      await expect(opened(at).generate(question)).rejects.toMatchObject({ code: 'upstream-refused' });
    });

    test('never takes a stream that is no API for an empty answer', async () => {
      using at = server();
      at.reply({ kind: 'garbage' });

      await expect(collect(opened(at).stream(question))).rejects.toMatchObject({
        code: expect.stringMatching(/^upstream-/),
      });
    });

    test('says when nobody listens', async () => {
      using at = server();
      const model = opened(at);
      await at.stop();

      await expect(model.generate(question)).rejects.toMatchObject({ code: 'upstream-down' });
      await expect(collect(model.stream(question))).rejects.toMatchObject({ code: 'upstream-down' });
    });

    test('gives up on a service that falls silent', async () => {
      using at = server();
      at.reply({ kind: 'stall' }, { kind: 'stall' });
      const model = opened(at, 0.15);

      await expect(model.generate(question)).rejects.toMatchObject({ code: 'upstream-down' });
      await expect(collect(model.stream(question))).rejects.toMatchObject({ code: 'upstream-down' });
    });

    test('reports a stream that breaks off, after the pieces that came', async () => {
      using at = server();
      at.reply({ kind: 'cut', text: 'The capital of France' });
      const events: StreamEvent[] = [];

      const reading = (async () => {
        for await (const event of opened(at).stream(question)) events.push(event);
      })();

      await expect(reading).rejects.toMatchObject({ code: 'upstream-down' });
      expect(events.map((event) => (event.type === 'text' ? event.text : event.type)).join('')).toBe(
        'The capital of France',
      );
    });

    test('waits half a minute when it is limited and not told for how long', async () => {
      using at = server();
      at.reply({ kind: 'refuse', status: 429 });

      await expect(opened(at).generate(question)).rejects.toMatchObject({
        code: 'upstream-limited',
        retryAfterSeconds: 30,
      });
    });

    if (retryAfterDates)
      test('understands a date as the end of the wait', async () => {
        using at = server();
        at.reply({ kind: 'refuse', status: 429, retryAfterDate: new Date(Date.now() + 3_600_000) });

        const problem = await opened(at)
          .generate(question)
          .catch((error: unknown) => error);

        expect(problem).toMatchObject({ code: 'upstream-limited' });
        expect((problem as { retryAfterSeconds: number }).retryAfterSeconds).toBeWithin(3_000, 3_602);
      });

    test.each([
      [400, 'upstream-refused'],
      [429, 'upstream-limited'],
      [503, 'upstream-down'],
    ] as const)('takes an error %d inside an answer for what it is: %s', async (status, code) => {
      using at = server();
      at.reply({ kind: 'error-inside', status }, { kind: 'error-inside', status });

      await expect(opened(at).generate(question)).rejects.toMatchObject({ code });
      await expect(collect(opened(at).stream(question))).rejects.toMatchObject({ code });
    });

    test.each([
      [{ kind: 'error-page', status: 502 }, 'upstream-down'],
      [{ kind: 'wrong-json' }, 'upstream-refused'],
      [{ kind: 'reset' }, 'upstream-down'],
    ] as const)('ends in a clear problem after %o', async (trouble, code) => {
      using at = server();
      at.reply(trouble, trouble);

      await expect(opened(at).generate(question)).rejects.toMatchObject({ code });
      await expect(collect(opened(at).stream(question))).rejects.toMatchObject({ code });
    });

    test('never takes a stream of garbage for an answer', async () => {
      using at = server();
      at.reply({ kind: 'garbage-stream' });

      await expect(collect(opened(at).stream(question))).rejects.toMatchObject({
        code: expect.stringMatching(/^upstream-(refused|down)$/),
      });
    });

    test('gives up on a service that falls silent in the middle of its answer', async () => {
      using at = server();
      at.reply({ kind: 'stall-inside' }, { kind: 'stall-inside' });
      const model = opened(at, 0.15);

      await expect(model.generate(question)).rejects.toMatchObject({ code: 'upstream-down' });
      await expect(collect(model.stream(question))).rejects.toMatchObject({ code: 'upstream-down' });
    });

    test('gives up on an answer without end', async () => {
      using at = server();
      at.reply({ kind: 'endless' }, { kind: 'endless' });

      await expect(opened(at, 0.3).generate(question)).rejects.toMatchObject({
        code: expect.stringMatching(/^upstream-/),
      });
      const reading = (async () => {
        for await (const event of opened(at).stream(question)) void event;
      })();
      await expect(reading).rejects.toMatchObject({
        code: 'upstream-refused',
        detail: expect.stringContaining('end of its answer'),
      });
    }, 30_000);

    test('an abort rejects with its own reason', async () => {
      using at = server();
      at.reply({ kind: 'stall' });
      const reason = new Error('the user left');
      const controller = new AbortController();

      const attempt = opened(at).generate({ ...question, signal: controller.signal });
      at.stalled.then(() => controller.abort(reason));

      await expect(attempt).rejects.toBe(reason);
      await expect(opened(at).generate({ ...question, signal: controller.signal })).rejects.toBe(reason);
      expect(at.requests).toHaveLength(1);
    });

    test('an abort in the middle of a stream ends it with its own reason', async () => {
      using at = server();
      at.reply({ kind: 'text', text: 'one two three four five six seven eight nine ten' });
      const reason = new Error('the user left');
      const controller = new AbortController();

      const reading = (async () => {
        for await (const _ of opened(at).stream({ ...question, signal: controller.signal })) controller.abort(reason);
      })();

      await expect(reading).rejects.toBe(reason);
    });
  });
}

async function collect(events: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  return Array.fromAsync(events);
}
