import { type RawBuilder, sql } from 'kysely';

/**
 * What an opportunity is worth at a time, 0 to 100 with one decimal:
 *
 *     (0.55 × relevance + 0.25 × urgency + 0.20 × reach) × time
 *
 * - Relevance and urgency are the judging's, 0 to 100.
 * - Reach is 0 to 100 on logarithmic scales: of the author's followers (a million is 100) and of the post's likes, replies and
 *   doubled reposts (ten thousand are 100), whichever is higher.
 * - Time with a deadline ahead rises from 0.75 a week before to 1 at its end: what can still be answered and soon no longer comes
 *   first. After the deadline it is 0.2.
 * - Time without a deadline falls from 0.85 when the post was written to 0.25, half of the way every two days.
 *
 * One expression for the stage that opens opportunities and for the clock. It reads `a` (analyses), `p` (posts) and `u` (authors,
 * which may be missing).
 */
export const valueAt = (now: Date): RawBuilder<number> => sql<number>`
  round(least(100, greatest(0, (0.55 * a.relevance + 0.25 * a.urgency + 20 * ${REACH}) * ${timeAt(now)}))::numeric, 1)::float8`;

const REACH = sql`greatest(
  least(1, ln(1 + coalesce(u.followers, 0)::float8) / ln(1e6::float8)),
  least(1, ln(1 + coalesce(p.likes, 0)::float8 + coalesce(p.replies, 0) + 2 * coalesce(p.reposts, 0)) / ln(1e4::float8)))`;

const hoursBetween = (from: RawBuilder<unknown>, to: RawBuilder<unknown>) =>
  sql`(extract(epoch from ${to} - ${from})::float8 / 3600)`;

const timeAt = (now: Date) => {
  const at = sql`${now.toISOString()}::timestamptz`;
  const left = hoursBetween(at, sql`a.deadline`);
  const age = sql`least(greatest(${hoursBetween(sql`p.posted_at`, at)}, 0), 8760)`;
  return sql`(case
    when a.deadline <= ${at} then 0.2
    when a.deadline is not null then 1 - 0.25 * least(${left}, 168) / 168
    else 0.25 + 0.6 * power(0.5, ${age} / 48) end)`;
};

/**
 * When the value will have changed by about a point: six hours on or at the deadline, without one after a tenth of the post's age
 * but not before an hour. Null when time changes it no more.
 */
export const revalueAt = (now: Date): RawBuilder<Date | null> => {
  const at = sql`${now.toISOString()}::timestamptz`;
  return sql<Date | null>`(case
    when a.deadline <= ${at} then null
    when a.deadline is not null then least(a.deadline, ${at} + interval '6 hours')
    when p.posted_at < ${at} - interval '14 days' then null
    else ${at} + greatest(interval '1 hour', (${at} - p.posted_at) / 10) end)`;
};
