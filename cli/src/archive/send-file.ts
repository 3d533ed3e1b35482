import { basename } from 'node:path';
import { Item } from '@nexus/shared/archive';
import type { ApiClient } from '../platform/api-client.ts';
import type { Addition } from './pair-subtitles.ts';
import { uploadFile } from './upload-file.ts';

/** What a person says of what is added. */
export interface Given {
  title?: string;
  language?: string;
}

/** Sends a file, with the subtitles beside it, and makes an item of it. `say` hears how far it is, every tenth. */
export async function sendFile(
  client: ApiClient,
  { path, subtitlePath }: Addition,
  given: Given,
  say: (line: string) => void,
): Promise<Item> {
  const send = (file: string) => uploadFile(client, file, byTenths(file, say));
  return client.request('POST', '/media/process', Item, {
    source: 'file',
    name: basename(path),
    path: await send(path),
    ...(subtitlePath && { subtitlePath: await send(subtitlePath) }),
    ...given,
  });
}

function byTenths(path: string, say: (line: string) => void): (fraction: number) => void {
  let tenths = -1;
  return (fraction) => {
    const next = Math.floor(fraction * 10);
    if (next === tenths) return;
    tenths = next;
    say(`${path}: sending, ${next * 10} %`);
  };
}
