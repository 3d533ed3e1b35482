import { withoutUnseen } from '../../assistant/chat/plain-passage.ts';
import type { Example, JudgedPost } from '../judging/judgement.ts';

const LONGEST_TEXT = 1_500;
const LONGEST_CONTEXT = 300;
const LONGEST_EXAMPLE = 300;

/** A post as one line of JSON: line ends and quotes in it are escaped, so that it cannot begin another line. */
export function postLine(id: string, post: JudgedPost, longest = LONGEST_TEXT): string {
  const { likes, replies, reposts } = post.engagement;
  return line({
    id,
    network: post.network,
    author: `@${post.authorHandle} (${post.authorName})`.slice(0, 100),
    followers: post.followers ?? undefined,
    at: post.postedAt.toISOString().slice(0, 16),
    counts: [likes, replies, reposts].map((count) => count ?? '?').join('/'),
    answers: post.answers === null ? undefined : plain(post.answers, LONGEST_CONTEXT),
    quotes: post.quotes === null ? undefined : plain(post.quotes, LONGEST_CONTEXT),
    text: plain(post.text, longest),
  });
}

export function exampleLines(examples: readonly Example[]): string[] {
  return examples.map(({ text, thumb, note }) =>
    line({ rated: thumb === 1 ? 'wanted' : 'unwanted', note: note ?? undefined, text: plain(text, LONGEST_EXAMPLE) }),
  );
}

/** JSON leaves three line ends of Unicode as they are. */
export const line = (value: object): string =>
  JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Without signs nobody sees and the marks of chat templates. */
export const plain = (text: string, most: number): string =>
  withoutUnseen(text).replaceAll('<|', '< |').replaceAll('|>', '| >').trim().slice(0, most).toWellFormed();
