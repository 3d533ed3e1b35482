export type XOperationName = 'SearchTimeline' | 'TweetDetail' | 'UserByScreenName';

/** Everything X is known to answer when it does not answer. */
export type XFault =
  | 'window-used-up'
  | 'banned'
  | 'locked'
  | 'signed-out'
  | 'forbidden'
  | 'stale-features'
  | 'load-shed'
  | 'server-error'
  | 'not-found'
  | 'blocked'
  | 'cut'
  | 'hang'
  | 'errors-beside-data'
  | 'changed-shape'
  | 'changed-fields';

export interface XFaultRule {
  /** Value of its `auth_token`; absent: every account. */
  account?: string;
  operation?: XOperationName;
  /** How often; absent: from now on. */
  times?: number;
}

/** Which request goes wrong, and how. Rules are met in the order in which they were told. */
export function xFaults() {
  const rules: { fault: XFault; rule: XFaultRule; left: number }[] = [];
  return {
    tell: (fault: XFault, rule: XFaultRule = {}) => void rules.push({ fault, rule, left: rule.times ?? Infinity }),
    forget: () => void rules.splice(0),
    take(account: string, operation: XOperationName): XFault | null {
      const found = rules.find(
        ({ rule, left }) =>
          left > 0 && (rule.account ?? account) === account && (rule.operation ?? operation) === operation,
      );
      if (found) found.left -= 1;
      return found?.fault ?? null;
    },
  };
}

export interface XRefusal {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string | number>;
}

const refusal = (status: number, code: number, message: string, rest: Record<string, unknown> = {}): XRefusal => ({
  status,
  body: { errors: [{ code, message }], ...rest },
});

export const SIGNED_OUT = refusal(401, 32, 'Could not authenticate you.');
export const USED_UP: XRefusal = {
  ...refusal(429, 88, 'Rate limit exceeded.'),
  headers: { 'x-rate-limit-remaining': 0 },
};
export const missingFeatures = (names: readonly string[]): XRefusal =>
  refusal(400, 336, `The following features cannot be null: ${names.join(', ')}`);

/** Those that are one answer in JSON. */
export const REFUSALS: Partial<Record<XFault, XRefusal>> = {
  'window-used-up': USED_UP,
  banned: refusal(200, 88, 'Rate limit exceeded.'),
  locked: refusal(403, 326, 'Authorization: Denied by access control'),
  'signed-out': SIGNED_OUT,
  forbidden: { status: 403, body: {} },
  'stale-features': missingFeatures(['rweb_new_thing_enabled']),
  'load-shed': refusal(200, 29, 'LoadShed: Unspecified', { data: {} }),
  'server-error': { status: 503, body: { title: 'Service Unavailable' } },
  'changed-shape': { status: 200, body: { data: { timeline_v9: { sections: [] } } } },
};
