import { getContext, setContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { createApi, type Api } from './api.ts';
import type { OrgRole } from '@nexus/shared/platform';
import { BrowserSession } from './session.svelte.ts';

export interface AppSource {
  session: Session;
  org: { id: string; name: string };
  role: OrgRole;
  scopes: string[];
  supabaseUrl: string;
}

/** What every page behind the sign-in shares: who works where, and the API called as them. */
export class NexusApp {
  readonly #source: () => AppSource;
  readonly session: BrowserSession;
  readonly api: Api;
  /** Ids of what is being deleted but can still be brought back: out of sight on every page. */
  readonly leaving = new SvelteSet<string>();

  constructor(source: () => AppSource) {
    this.#source = source;
    this.session = new BrowserSession(source().session);
    this.api = createApi({
      fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init),
      baseUrl: '/api',
      headers: async () => ({ authorization: `Bearer ${await this.session.token()}`, 'x-nexus-org': this.orgId }),
    });
  }

  get orgId(): string {
    return this.#source().org.id;
  }

  get orgName(): string {
    return this.#source().org.name;
  }

  get role(): OrgRole {
    return this.#source().role;
  }

  may = (scope: string): boolean => this.#source().scopes.includes(scope);

  /** The address of something the API named by its path below the Supabase URL. */
  media = (path: string): string => (/^https?:/.test(path) ? path : this.#source().supabaseUrl + path);

  get supabaseUrl(): string {
    return this.#source().supabaseUrl || location.origin;
  }
}

const CONTEXT = Symbol('app');

export const setApp = (app: NexusApp): NexusApp => setContext(CONTEXT, app);
export const useApp = (): NexusApp => getContext<NexusApp>(CONTEXT);
