import type { FoundAuthor } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { SearchSource, SourceIo } from '../search-source.ts';
import { askX } from './ask-x.ts';
import { converseX, readPost } from './converse-x.ts';
import { currentProtocol } from './current-protocol.ts';
import { firstOf } from './json-path.ts';
import { isUnavailable, parseAuthor } from './parse-author.ts';
import { searchX } from './search-x.ts';
import { XSettings } from './x-settings.ts';

/** X as its own web app reads it, with the organisation's signed-in accounts taking turns. */
export const x: SearchSource = {
  id: 'x',
  label: 'X',
  description:
    'All public posts on X, whole threads included, read with the cookies of your own accounts: no key and no price. Add accounts first. X limits each account to some 50 searches in 15 minutes, and changes without notice.',
  network: 'x',
  settings: XSettings,
  credentials: z.object({}),
  limits: { pageSize: 20, searchesBackDays: null, usdPerPost: 0 },
  search: searchX,
  conversation: converseX,
  author: readAuthor,
  post: readPost,
};

async function readAuthor(handle: string, io: SourceIo): Promise<FoundAuthor | null> {
  const { baseUrl } = XSettings.parse(io.settings);
  const protocol = currentProtocol(await io.storedProtocol());
  const variables = { screen_name: handle };
  const answer = await askX(io, { baseUrl, operation: 'UserByScreenName', variables, protocol });
  const user = answer && firstOf(answer.body, protocol.user);
  if (!answer || user === undefined || isUnavailable(user)) return null;
  const author = parseAuthor(user, protocol.author);
  await io.keepRaw('UserByScreenName', answer.text, author ? 'asked' : 'changed');
  if (author) return author;
  throw new NexusError(
    'upstream-changed',
    'X has changed: an author cannot be read. Run `nexus x refresh`, or update Nexus.',
  );
}
