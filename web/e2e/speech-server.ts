import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';

export interface SpeechServer extends AsyncDisposable {
  baseUrl: string;
}

interface Said {
  startSeconds: number;
  endSeconds: number;
  text: string;
}

/** `POST /audio/transcriptions` as OpenAI answers it, with times of words. Whatever the sound, it hears these sentences. */
export async function speechServer(heard: () => readonly Said[]): Promise<SpeechServer> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const segments = heard().map(({ startSeconds, endSeconds, text }) => ({
        start: startSeconds,
        end: endSeconds,
        text,
      }));
      const words = heard().flatMap(({ startSeconds, endSeconds, text }) => {
        const spoken = text.split(' ');
        const each = (endSeconds - startSeconds) / spoken.length;
        return spoken.map((word, at) => ({
          word,
          start: startSeconds + at * each,
          end: startSeconds + (at + 1) * each,
        }));
      });
      const text = segments.map((segment) => segment.text).join(' ');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ task: 'transcribe', language: 'english', duration: 60, text, segments, words }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Calls the API as the person signed in on this page. */
export async function callApi(page: Page, method: string, path: string, data?: unknown): Promise<unknown> {
  const cookies = await page.context().cookies();
  const sealed = cookies
    .filter(({ name }) => /^nexus-session(\.\d+)?$/.test(name))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ value }) => decodeURIComponent(value))
    .join('');
  const session = JSON.parse(
    sealed.startsWith('base64-') ? Buffer.from(sealed.slice(7), 'base64url').toString() : sealed,
  ) as { access_token: string };
  const response = await page.request.fetch(`/api${path}`, {
    method,
    headers: { authorization: `Bearer ${session.access_token}` },
    data,
  });
  if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}
