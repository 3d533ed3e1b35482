import type { Campaign, CampaignQuery, CampaignSource, NewCampaign, SourceInfo } from '@nexus/shared/listening';
import { type Draft, draftOf, type FieldProblem, fieldsOf, readDraft } from '#lib/platform/schema-fields.ts';
import { cronOf, type ScheduleChoice, scheduleOf } from './schedule-choice.ts';

/** What is typed into the form of a campaign. */
export interface DraftValues extends ScheduleChoice {
  name: string;
  query: CampaignQuery;
  about: string;
  seeks: string;
  voice: string;
  ownHandles: string[];
  names: string[];
  sources: Record<string, DraftSource>;
  timeZone: string;
  maxPosts: number | null;
  maxCostUsd: number | null;
  threshold: number | null;
}

export interface DraftSource {
  isChosen: boolean;
  credentialId: string | null;
  settings: Draft;
}

export interface SourceProblem {
  source: string;
  field: string;
  problem: FieldProblem;
}

/** A campaign as its form holds it; kept in the tab until it is saved, whatever happens to the page. */
export class CampaignDraft {
  values = $state() as DraftValues;
  /** What was typed before and not saved is back. */
  isRestored = $state(false);
  readonly #first: string;

  constructor(
    private readonly entries: readonly SourceInfo[],
    campaign: Campaign | null,
    private readonly key: string,
  ) {
    this.values = valuesOf(campaign, entries);
    this.#first = JSON.stringify(this.values);
  }

  /** Brings back what this tab kept. Whatever it lacks, or cannot be read, stays as it is. */
  restore(storage: Storage): void {
    const kept = storage.getItem(this.key);
    if (kept === null || kept === this.#first) return;
    try {
      const before = JSON.parse(this.#first) as DraftValues;
      const typed = JSON.parse(kept) as Partial<DraftValues>;
      this.values = { ...before, ...typed, query: { ...before.query, ...typed.query } };
      this.isRestored = true;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      storage.removeItem(this.key);
    }
  }

  /** Reads every value, so an effect around it runs with each change. */
  keep(storage: Storage): void {
    const typed = JSON.stringify(this.values);
    if (typed === this.#first) storage.removeItem(this.key);
    else storage.setItem(this.key, typed);
  }

  forget(storage: Storage): void {
    storage.removeItem(this.key);
  }

  reset(): void {
    this.values = JSON.parse(this.#first) as DraftValues;
    this.isRestored = false;
  }

  get chosen(): SourceInfo[] {
    return this.entries.filter(({ id }) => this.values.sources[id]?.isChosen);
  }

  get cron(): string | null {
    return cronOf(this.values);
  }

  /** Whether anything is named that a search could find. */
  get namesSomething(): boolean {
    const { keywords, phrases, hashtags, mentions, follow } = this.values.query;
    return [keywords, phrases, hashtags, mentions, follow].some((words) => words.length > 0);
  }

  /** The chosen sources as the API takes them, and what is wrong with their settings. */
  readSources(): { sources: CampaignSource[]; problems: SourceProblem[] } {
    const problems: SourceProblem[] = [];
    const sources = this.chosen.map((entry) => {
      const { settings, credentialId } = this.values.sources[entry.id]!;
      const read = readDraft(fieldsOf(entry.settingsSchema, false), settings);
      for (const [field, problem] of Object.entries(read.problems)) problems.push({ source: entry.id, field, problem });
      return { source: entry.id, credentialId, settings: read.values };
    });
    return { sources, problems };
  }

  /** What is asked of the API; everything in it is checked there. */
  toCampaign(sources: CampaignSource[]): NewCampaign {
    const { name, query, about, seeks, voice, ownHandles, names, timeZone, maxPosts, maxCostUsd, threshold } =
      this.values;
    return {
      name: name.trim(),
      query: $state.snapshot(query),
      brief: { about, seeks, voice, ownHandles: [...ownHandles], names: [...names] },
      sources,
      cron: this.cron,
      timeZone,
      maxPosts: maxPosts ?? DEFAULTS.maxPosts,
      maxCostUsd,
      threshold: threshold ?? DEFAULTS.threshold,
    };
  }
}

const DEFAULTS = { maxPosts: 500, threshold: 60 };

const EMPTY_QUERY: CampaignQuery = {
  keywords: [],
  phrases: [],
  hashtags: [],
  mentions: [],
  follow: [],
  mute: [],
  exclude: [],
  excludePatterns: [],
  languages: [],
  minLikes: 0,
  minReplies: 0,
  minReposts: 0,
  withReposts: false,
};

function valuesOf(campaign: Campaign | null, entries: readonly SourceInfo[]): DraftValues {
  const stored = new Map(campaign?.sources.map((source) => [source.source, source]));
  return {
    name: campaign?.name ?? '',
    query: structuredClone(campaign?.query ?? EMPTY_QUERY),
    about: campaign?.brief.about ?? '',
    seeks: campaign?.brief.seeks ?? '',
    voice: campaign?.brief.voice ?? '',
    ownHandles: [...(campaign?.brief.ownHandles ?? [])],
    names: [...(campaign?.brief.names ?? [])],
    sources: Object.fromEntries(
      entries.map(({ id, settingsSchema }) => {
        const source = stored.get(id);
        return [
          id,
          {
            isChosen: source !== undefined,
            credentialId: source?.credentialId ?? null,
            settings: draftOf(fieldsOf(settingsSchema, false), source?.settings ?? {}),
          },
        ];
      }),
    ),
    ...scheduleOf(campaign?.cron ?? null),
    timeZone: campaign?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    maxPosts: campaign?.maxPosts ?? DEFAULTS.maxPosts,
    maxCostUsd: campaign?.maxCostUsd ?? null,
    threshold: campaign?.threshold ?? DEFAULTS.threshold,
  };
}
