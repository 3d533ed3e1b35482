/** An account that is ours to use until its lease ends. */
export interface LeasedAccount {
  readonly id: string;
  readonly label: string;
  /** By name; `auth_token` and `ct0` are among them. */
  readonly cookies: Readonly<Record<string, string>>;
  /** With name and password; null: none. */
  readonly proxy: string | null;
  readonly lease: string;
}

/** Why no account could be had. `until` null: not by waiting; a person has to do something. */
export interface NoAccount {
  readonly until: Date | null;
  /** Tells how many cool, wait for cookies, are banned or have done their day's work. */
  readonly detail: string;
}

/**
 * The accounts of one organisation on one network, for one holder. Least recently used first, with jitter. Any number of workers may
 * claim at once: no account is ever held twice.
 */
export interface AccountPool {
  /** Free for this operation: enabled, active, not cooling, below its daily cap, not leased. Counts one use. */
  claim(operation: string): Promise<LeasedAccount | NoAccount>;
  /** Before each further request: counts a use and makes the lease longer. False: it is no longer ours, or its day is full. */
  renew(account: LeasedAccount): Promise<boolean>;
  release(account: LeasedAccount): Promise<void>;
  /** It cools down for this operation; others go on. */
  cool(account: LeasedAccount, operation: string, until: Date, reason: string): Promise<void>;
  /** Out of use until a person looks at it. */
  retire(account: LeasedAccount, state: 'suspect' | 'needs-cookies' | 'banned', detail: string): Promise<void>;
}

export const isLeased = (claimed: LeasedAccount | NoAccount): claimed is LeasedAccount => 'lease' in claimed;
