import { type Opportunity, opportunityLink, readOpportunities, RunCounts } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import type { Message } from '../notifiers/notifier.ts';
import { areNews, readTroubles, type Trouble } from '../runs/run-troubles.ts';
import type { ArmedDelivery } from './armed-delivery.ts';
import { readTold, scopeOf } from './told-opportunities.ts';

/** Of a target that has sent no digest yet. */
const FIRST_DIGEST_MS = 7 * 24 * 60 * 60 * 1000;

type Body = Omit<Message, 'id' | 'createdAt'>;

/** What a notifier is to say, from the rows as they are now. Null: there is nothing to tell (any more). */
export async function composeMessage(tx: Tx, armed: ArmedDelivery, publicUrl: string | null): Promise<Message | null> {
  const body = await BODIES[armed.subject](tx, armed, publicUrl);
  return body && { id: armed.id, createdAt: armed.createdAt, ...body };
}

const BODIES: Record<
  ArmedDelivery['subject'],
  (tx: Tx, armed: ArmedDelivery, publicUrl: string | null) => Promise<Body | null>
> = {
  run: runBody,
  opportunity: opportunityBody,
  digest: digestBody,
  // Tables alone are written anew.
  export: async () => null,
  test: async (_tx, { label }, publicUrl) => ({
    title: 'Nexus can write here',
    paragraphs: [`This is a test of “${label}”. Opportunities will be told here.`],
    facts: [],
    opportunities: [],
    links: linksTo(publicUrl, ['Open Nexus', '/listening']),
  }),
};

async function runBody(tx: Tx, armed: ArmedDelivery, publicUrl: string | null): Promise<Body | null> {
  const run = await tx
    .selectFrom('runs as r')
    .leftJoin('campaigns as c', 'c.id', 'r.campaign_id')
    .select(['r.id', 'r.campaign_id', 'r.counts', 'r.trigger', 'r.cost_usd', 'r.created_at', 'c.name'])
    .where('r.id', '=', armed.key)
    .where('r.org_id', '=', armed.orgId)
    .executeTakeFirst();
  if (!run) return null;
  const { opportunities, total } = await readTold(tx, { ...scopeOf(armed), runId: run.id }, armed.settings.topCount);
  const troubles = await readTroubles(tx, run.id);
  // By the clock it comes many times a day; only what is new is news then.
  if (run.trigger === 'schedule' && total === 0 && !(await areNews(tx, run, troubles))) return null;

  const counts = RunCounts.parse(run.counts);
  const name = run.name ?? 'a search';
  const cost = Number(run.cost_usd);
  return {
    title: `${name}: ${headline(total, troubles)}`,
    paragraphs: [
      ...troubles.map(({ source, detail }) => (source ? `${source} was not read to the end: ${detail}` : detail)),
      ...(total > opportunities.length ? [`The ${opportunities.length} most valuable of ${total}.`] : []),
    ],
    facts: [
      { label: 'Posts found', value: String(counts.found) },
      { label: 'New', value: String(counts.fresh) },
      { label: 'Put aside by rules', value: String(counts.dropped) },
      { label: 'Judged', value: String(counts.scored) },
      { label: 'Opportunities', value: String(counts.opportunities) },
      ...(cost > 0 ? [{ label: 'Cost', value: `$${cost.toFixed(2)}` }] : []),
    ],
    opportunities: linked(opportunities, publicUrl),
    links: linksTo(
      publicUrl,
      ['Open the inbox', '/listening'],
      ['See the run', `/listening/runs/${run.id}`],
      ...(troubles.some(({ reason }) => reason === 'no-account') ? [ACCOUNTS] : []),
    ),
  };
}

const ACCOUNTS: [label: string, path: string] = ['See the accounts', '/listening/accounts'];

function headline(total: number, troubles: readonly Trouble[]): string {
  if (total > 0) return counted(total, 'new opportunity', 'new opportunities');
  return troubles.length > 0 ? 'something is in the way' : 'nothing new to act on';
}

async function opportunityBody(tx: Tx, armed: ArmedDelivery, publicUrl: string | null): Promise<Body | null> {
  const [opportunity] = await readOpportunities(tx, armed.orgId, [armed.key]);
  if (!opportunity) return null;
  const { value, analysis, campaign } = opportunity;
  return {
    title: `${campaign.name}: ${analysis?.intent.replace('-', ' ') ?? 'opportunity'}, value ${Math.round(value)}`,
    paragraphs: [],
    facts: [],
    opportunities: linked([opportunity], publicUrl),
    links: linksTo(publicUrl, ['Open the inbox', '/listening']),
  };
}

async function digestBody(tx: Tx, armed: ArmedDelivery, publicUrl: string | null): Promise<Body | null> {
  const until = new Date(armed.key);
  const since = await previousDigest(tx, armed, until);
  const { opportunities, total } = await readTold(
    tx,
    { ...scopeOf(armed), between: [since, until] },
    armed.settings.topCount,
  );
  if (total === 0) return null;
  const day = since.toLocaleString('en-GB', { timeZone: armed.timeZone, dateStyle: 'medium', timeStyle: 'short' });
  return {
    title: `${armed.label}: ${counted(total, 'new opportunity', 'new opportunities')}`,
    paragraphs: [
      `Found since ${day}.${total > opportunities.length ? ` The ${opportunities.length} most valuable of ${total}.` : ''}`,
    ],
    facts: [],
    opportunities: linked(opportunities, publicUrl),
    links: linksTo(publicUrl, ['Open the inbox', '/listening']),
  };
}

/** Until when the one before told, whatever became of it, unless it failed: then this one tells its part too. */
async function previousDigest(tx: Tx, { orgId, targetId }: ArmedDelivery, until: Date): Promise<Date> {
  const before = await tx
    .selectFrom('deliveries')
    .select('subject_key')
    .where('org_id', '=', orgId)
    .where('target_id', '=', targetId)
    .where('subject_kind', '=', 'digest')
    .where('subject_key', '<', until.toISOString())
    .where('state', 'in', ['done', 'skipped', 'unconfirmed'])
    .orderBy('subject_key', 'desc')
    .executeTakeFirst();
  return before ? new Date(before.subject_key) : new Date(until.getTime() - FIRST_DIGEST_MS);
}

const linked = (opportunities: readonly Opportunity[], publicUrl: string | null) =>
  opportunities.map((opportunity) => ({ ...opportunity, link: opportunityLink(publicUrl, opportunity.id) }));

const linksTo = (publicUrl: string | null, ...links: [label: string, path: string][]) =>
  publicUrl === null ? [] : links.map(([label, path]) => ({ label, url: publicUrl + path }));

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
