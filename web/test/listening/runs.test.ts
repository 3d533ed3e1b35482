import { expect, test } from 'bun:test';
import { type Run, RunCounts } from '@nexus/shared/listening';
import { niceScale } from '../../src/lib/listening/charts/nice-scale.ts';
import { initials } from '../../src/lib/listening/posts/initials.ts';
import { markWords } from '../../src/lib/listening/posts/mark-words.ts';
import { safeAddress } from '../../src/lib/listening/posts/safe-address.ts';
import { oneAtATime } from '../../src/lib/listening/runs/one-at-a-time.ts';
import { stagesOf, stageState } from '../../src/lib/listening/runs/run-stages.ts';
import { stageCounts, stageShare } from '../../src/lib/listening/runs/stage-counts.ts';
import { ApiProblem } from '../../src/lib/platform/api.ts';
import type { NexusApp } from '../../src/lib/platform/app.svelte.ts';
import type { LiveTopic } from '../../src/lib/platform/live-topic.svelte.ts';
import '../compile-runes.ts';

const { OpenRun } = await import('../../src/lib/listening/runs/open-run.svelte.ts');

test('stages before the run’s own are done, those after it are to come, or not reached when it has ended', () => {
  const states = (state: Run['state']) =>
    stagesOf({ kind: 'full' }).map((stage) => stageState({ state, stage: 'judge' }, stage));

  expect(states('running')).toEqual(['done', 'done', 'working', 'pending', 'pending']);
  expect(states('waiting')).toEqual(['done', 'done', 'waiting', 'pending', 'pending']);
  expect(states('failed')).toEqual(['done', 'done', 'failed', 'skipped', 'skipped']);
  expect(new Set(states('done'))).toEqual(new Set(['done']));
  expect(stagesOf({ kind: 'preview' })).toEqual(['search']);
});

test('a stage tells what it did, and nothing of what it did not', () => {
  const counts = RunCounts.parse({ toJudge: 40, scored: 10, dropped: 3 });

  expect(stageCounts(counts, 'judge').map(({ key }) => key)).toEqual([
    'listening.runs.count.dropped',
    'listening.runs.count.scored',
  ]);
  expect(stageShare(counts, 'judge')).toBe(0.25);
  expect(stageCounts(counts, 'deliver')).toEqual([]);
  expect(stageShare(counts, 'search')).toBeUndefined();
});

test('work that many events ask for runs once at a time, and once more for all that came meanwhile', async () => {
  let runs = 0;
  const gates: (() => void)[] = [];
  const refresh = oneAtATime(async () => {
    runs += 1;
    await new Promise<void>((open) => gates.push(open));
  });

  const first = refresh();
  void refresh();
  void refresh();
  expect(runs).toBe(1);
  gates.shift()!();
  await Promise.resolve();
  await Promise.resolve();
  expect(runs).toBe(2);
  gates.shift()!();
  await first;

  expect(runs).toBe(2);
});

test('the posts of a run grow with it, without a page being asked for twice in vain', async () => {
  const asked: string[] = [];
  let found = 1;
  const get = async (path: string) => {
    asked.push(path);
    if (!path.includes('/posts')) return aRun(found);
    return { posts: Array.from({ length: found }, (_, at) => ({ post: { id: `p${at}` } })), nextCursor: null };
  };
  const open = new OpenRun({ api: { get } } as unknown as NexusApp, aRun(0), { posts: [], nextCursor: null });

  await open.refresh();
  await open.refresh();
  found = 2;
  await open.refresh();

  expect(open.posts).toHaveLength(2);
  expect(asked.filter((path) => path.includes('/posts'))).toHaveLength(2);
});

test('a run that ends between the load of its page and the first event is seen to have ended', async () => {
  const get = async (path: string) =>
    path.includes('/posts') ? { posts: [], nextCursor: null } : { ...aRun(0), state: 'done' };
  const open = new OpenRun({ api: { get } } as unknown as NexusApp, aRun(0), { posts: [], nextCursor: null });

  const asked = Promise.withResolvers<void>();
  const topic = { listen: () => () => true } as unknown as LiveTopic;
  open.follow(topic);
  // Joins the round that following has begun.
  setTimeout(asked.resolve);
  await asked.promise;

  expect(open.isOpen).toBe(false);
});

test('a run that was deleted meanwhile is gone', async () => {
  const get = () => Promise.reject(new ApiProblem(404, 'not-found', 'Gone'));
  const open = new OpenRun({ api: { get } } as unknown as NexusApp, aRun(0));

  await open.refresh();

  expect(open.isGone).toBe(true);
});

test('marked words keep the text whole, joined where they overlap', () => {
  const pieces = markWords('Ferry late: the ferry is late 🚢 مرحبا', ['ferry', 'ferry late', 'مرحبا', '']);

  expect(pieces.map(({ text }) => text).join('')).toBe('Ferry late: the ferry is late 🚢 مرحبا');
  expect(pieces.filter(({ isMarked }) => isMarked).map(({ text }) => text)).toEqual(['Ferry late', 'ferry', 'مرحبا']);
});

test('only addresses of the web become links', () => {
  expect(safeAddress('https://x.example/1')).toBe('https://x.example/1');
  expect(safeAddress('javascript:alert(1)')).toBeUndefined();
  expect(safeAddress(' https://x.example')).toBeUndefined();
  expect(safeAddress(null)).toBeUndefined();
});

test('initials are letters of the name, whatever its script, else of the handle', () => {
  expect(initials('Ann Marie Lee', 'ann')).toBe('AL');
  expect(initials('Иван Петров', 'ivan')).toBe('ИП');
  expect(initials('🚢🚢', 'boat_fan')).toBe('BF');
  expect(initials('', '')).toBe('?');
});

test('a scale of counts has few ticks, all of them whole', () => {
  expect(niceScale(0)).toEqual({ top: 1, ticks: [0, 1] });
  expect(niceScale(7)).toEqual({ top: 8, ticks: [0, 2, 4, 6, 8] });
  expect(niceScale(1234)).toEqual({ top: 1500, ticks: [0, 500, 1000, 1500] });
});

const aRun = (found: number): Run => ({
  id: 'r',
  campaignId: null,
  campaignName: null,
  kind: 'search',
  trigger: 'manual',
  state: 'running',
  stage: 'search',
  counts: RunCounts.parse({ found }),
  sources: [],
  wait: null,
  endReason: null,
  problem: null,
  costUsd: 0,
  isCanceling: false,
  startedAt: null,
  finishedAt: null,
  createdAt: '2026-11-21T12:00:00.000Z',
});
