/** Keys that the operator sets once for every organisation. Connections an organisation has of its own come first. */
export interface InstanceKeys {
  geminiApiKey?: string;
  openaiApiKey?: string;
  openaiBaseUrl?: string;
  anthropicApiKey?: string;
  /** A mail server for everybody: `smtps://user:password@host:465`. */
  smtpUrl?: string;
  /** Its sender: `Nexus <nexus@example.org>` or the address alone. */
  mailFrom?: string;
}

/** An adapter with what it needs to be opened. */
export interface Connection {
  /** Null for one that the instance gives to everybody. */
  readonly id: string | null;
  readonly adapter: string;
  readonly label: string;
  readonly settings: Record<string, unknown>;
  readonly credentials: Record<string, unknown>;
}

/** What the instance's keys make possible, in the order to try. */
export function instanceConnections(keys: InstanceKeys, kind: 'transcriber' | 'model' | 'embedder'): Connection[] {
  const connection = (adapter: string, label: string, apiKey: string | undefined, settings = {}): Connection => ({
    id: null,
    adapter,
    label,
    settings,
    credentials: apiKey ? { apiKey } : {},
  });
  const found: Connection[] = [];
  if (keys.geminiApiKey && kind !== 'transcriber') found.push(connection('gemini', 'Gemini', keys.geminiApiKey));
  if (keys.openaiApiKey || keys.openaiBaseUrl) {
    const settings = keys.openaiBaseUrl ? { baseUrl: keys.openaiBaseUrl } : {};
    found.push(connection('openai-compatible', 'OpenAI', keys.openaiApiKey, settings));
  }
  if (keys.anthropicApiKey && kind === 'model') found.push(connection('anthropic', 'Anthropic', keys.anthropicApiKey));
  return found;
}
