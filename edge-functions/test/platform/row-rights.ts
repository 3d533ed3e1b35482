/** Who may do what with a row of organisation A. The outsider owns organisation B; nobody is signed out. */
export const WHO = ['owner', 'admin', 'member', 'viewer', 'outsider', 'nobody'] as const;
export type Who = (typeof WHO)[number];

export const OPERATIONS = ['select', 'insert', 'update', 'delete'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Ids of the seeded rows of organisation A, as SQL literals; `self` is the user who tries. */
export interface World {
  org: string;
  item: string;
  transcript: string;
  chunk: string;
  bystander: string;
  chat: string;
  message: string;
  self: string;
}

export interface TableRights {
  /** Finds the seeded row of organisation A. */
  row: (world: World) => string;
  /** Columns and values of a row that could be there as well; none for a row of defaults. */
  insert: (world: World) => Record<string, string>;
  /** A column that whoever may change the row may set, and to what. */
  update: string;
  allowed: Record<Operation, readonly Who[]>;
}

const OWNER: Who[] = ['owner'];
export const ADMINS: Who[] = [...OWNER, 'admin'];
const MEMBERS: Who[] = [...ADMINS, 'member'];
export const EVERYONE: Who[] = [...MEMBERS, 'viewer'];
const NO_ONE: Who[] = [];

/** Of an item beside the seeded one; its id comes before any random one. */
export const TWIN = `'00000000-0000-4000-8000-000000000300'`;

/** Of the seeded feed, and of the seeded import. */
export const FEED = `'00000000-0000-4000-8000-000000000900'`;

/** Of the seeded collection. */
export const COLLECTION = `'00000000-0000-4000-8000-000000000800'`;

export const ofOrg = ({ org }: World) => `org_id = ${org}`;
export const service = { select: NO_ONE, insert: NO_ONE, update: NO_ONE, delete: NO_ONE };
export const worked = { select: EVERYONE, insert: MEMBERS, update: MEMBERS, delete: MEMBERS };

/** Written by the worker alone: no column is named, so that its shape may change without this. */
export const readByMembers = (row: TableRights['row'] = ofOrg): TableRights => ({
  row,
  insert: () => ({}),
  update: 'org_id = org_id',
  allowed: { ...service, select: EVERYONE },
});

/** Every table in `public`. A table that is not here fails the test: decide who may do what, and write it down. */
export const RIGHTS: Record<string, TableRights> = {
  orgs: {
    row: ({ org }) => `id = ${org}`,
    insert: () => ({ name: `'another'` }),
    update: `name = 'renamed'`,
    allowed: { select: EVERYONE, insert: NO_ONE, update: ADMINS, delete: OWNER },
  },
  members: {
    row: ({ org, bystander }) => `org_id = ${org} and user_id = ${bystander}`,
    insert: ({ org }) => ({ org_id: org, user_id: 'gen_random_uuid()', role: `'viewer'`, email: `'new@example.com'` }),
    update: `role = 'viewer'`,
    allowed: { select: EVERYONE, insert: NO_ONE, update: ADMINS, delete: ADMINS },
  },
  invitations: {
    row: ofOrg,
    insert: ({ org, self }) => ({
      org_id: org,
      role: `'viewer'`,
      token_hash: 'gen_random_uuid()',
      created_by: self,
      expires_at: 'now()',
    }),
    update: 'revoked_at = now()',
    allowed: { select: ADMINS, insert: ADMINS, update: ADMINS, delete: NO_ONE },
  },
  api_keys: {
    // The seeded key is the bystander's.
    row: ofOrg,
    insert: ({ org, self }) => ({
      org_id: org,
      name: `'mine'`,
      prefix: `'nx_abcdef'`,
      hash: 'gen_random_uuid()',
      scopes: `'{archive:read}'`,
      created_by: self,
    }),
    update: 'revoked_at = now()',
    allowed: { select: ADMINS, insert: EVERYONE, update: ADMINS, delete: NO_ONE },
  },
  credentials: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, kind: `'model'`, adapter: `'gemini'`, label: `'another'` }),
    update: `label = 'renamed'`,
    allowed: { select: ADMINS, insert: ADMINS, update: ADMINS, delete: ADMINS },
  },
  catalogue: {
    row: () => `id = 'seeded'`,
    insert: () => ({ kind: `'model'`, id: `'another'`, label: `'Another'` }),
    update: `label = 'renamed'`,
    // The same for all organisations.
    allowed: { ...service, select: [...EVERYONE, 'outsider'] },
  },
  usage_events: readByMembers(),
  audit_log: {
    row: ofOrg,
    insert: ({ org, self }) => ({
      org_id: org,
      actor_kind: `'user'`,
      actor_user_id: self,
      action: `'platform.test'`,
      subject_kind: `'org'`,
      subject_id: `'x'`,
    }),
    update: `action = 'platform.forged'`,
    allowed: { select: ADMINS, insert: EVERYONE, update: NO_ONE, delete: NO_ONE },
  },
  idempotency_keys: {
    row: () => `key = 'seeded'`,
    insert: ({ self }) => ({ actor_id: self, key: `'another'`, request_hash: `'x'` }),
    update: 'status = 200',
    allowed: service,
  },
  rate_limits: {
    row: () => `bucket = 'seeded'`,
    insert: () => ({ bucket: `'another'`, tokens: '1', refilled_at: 'now()' }),
    update: 'tokens = 1000000',
    allowed: service,
  },
  items: {
    row: ({ item }) => `id = ${item}`,
    insert: ({ org }) => ({ org_id: org, source: `'text'`, title: `'another'` }),
    update: `title = 'renamed'`,
    allowed: worked,
  },
  item_steps: {
    row: ({ item }) => `item_id = ${item}`,
    insert: ({ org, item }) => ({ org_id: org, item_id: item, name: `'another'`, position: '9' }),
    update: 'progress = 1',
    allowed: worked,
  },
  collections: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, name: `'another'` }),
    update: `name = 'renamed'`,
    allowed: worked,
  },
  collection_items: {
    row: ofOrg,
    // It holds the item already: the conflict is met after the rights.
    insert: ({ org, item }) => ({ org_id: org, collection_id: COLLECTION, item_id: item }),
    update: 'org_id = org_id',
    allowed: { ...worked, update: NO_ONE },
  },
  upload_reservations: {
    row: ofOrg,
    insert: ({ org }) => ({ path: `${org} || '/uploads/another/file'`, org_id: org, size_bytes: '1' }),
    update: 'org_id = org_id',
    allowed: { ...worked, update: NO_ONE },
  },
  saved_searches: {
    // The seeded one is the owner's.
    row: ofOrg,
    insert: ({ org, self }) => ({ org_id: org, user_id: self, name: `'another'`, request: `'{}'` }),
    update: `name = 'renamed'`,
    allowed: { select: OWNER, insert: EVERYONE, update: OWNER, delete: OWNER },
  },
  recordings: {
    // The seeded one is the owner's.
    row: ofOrg,
    insert: ({ org, self }) => ({
      org_id: org,
      created_by: self,
      mime_type: `'audio/webm'`,
      name: `'another'`,
      max_seconds: '60',
    }),
    update: `title = 'renamed'`,
    allowed: { select: OWNER, insert: MEMBERS, update: OWNER, delete: OWNER },
  },
  feeds: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, url: `'https://pod.example/another.xml'`, cron: `'0 * * * *'` }),
    update: 'is_paused = true',
    allowed: worked,
  },
  feed_episodes: readByMembers(),
  transfers: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, kind: `'export'` }),
    update: `state = 'done'`,
    allowed: { select: MEMBERS, insert: MEMBERS, update: NO_ONE, delete: MEMBERS },
  },
  transfer_entries: { ...readByMembers(), allowed: { ...service, select: MEMBERS } },
  item_texts: {
    row: ({ item }) => `item_id = ${item}`,
    // One text per item: the conflict is met after the rights.
    insert: ({ org, item }) => ({ org_id: org, item_id: item, text: `'another'` }),
    update: `text = 'changed'`,
    allowed: worked,
  },
  transcripts: {
    row: ({ transcript }) => `id = ${transcript}`,
    insert: ({ org, item }) => ({ org_id: org, item_id: item, version: '2', origin: `'transcriber'` }),
    update: `language = 'ru'`,
    allowed: { ...worked, update: NO_ONE },
  },
  segments: {
    row: ({ transcript }) => `transcript_id = ${transcript}`,
    insert: ({ org, item, transcript }) => ({
      org_id: org,
      item_id: item,
      transcript_id: transcript,
      position: '9',
      text: `'x'`,
    }),
    update: `text = 'changed'`,
    allowed: { ...worked, update: NO_ONE },
  },
  segment_corrections: {
    row: ofOrg,
    insert: ({ org, item, transcript }) => ({
      org_id: org,
      item_id: item,
      transcript_id: transcript,
      position: '0',
      original_text: `'text'`,
      text: `'x'`,
    }),
    update: 'removed_at = now()',
    // Whoever may correct may take back; the row itself stays, for the history.
    allowed: { ...worked, delete: NO_ONE },
  },
  item_links: readByMembers(),
  fingerprints: readByMembers(),
  fingerprint_keys: readByMembers(),
  duplicate_pairs: {
    row: ofOrg,
    // It is there already: the conflict is met after the rights.
    insert: ({ org, item }) => ({
      org_id: org,
      first_id: TWIN,
      second_id: item,
      relation: `'same'`,
      found_by: `'file'`,
    }),
    update: `verdict = 'different'`,
    allowed: worked,
  },
  speakers: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, name: `'Another'` }),
    update: `name = 'Renamed'`,
    allowed: worked,
  },
  item_speakers: {
    row: ofOrg,
    insert: ({ org, item }) => ({ org_id: org, item_id: item, label: `'Another'` }),
    update: `name = 'Renamed'`,
    allowed: { ...worked, delete: NO_ONE },
  },
  speaker_voices: {
    row: ofOrg,
    insert: () => ({}),
    update: 'speaker_id = speaker_id',
    allowed: { ...worked, insert: NO_ONE },
  },
  speech_settings: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org }),
    update: 'recognises_voices = true',
    allowed: { select: EVERYONE, insert: ADMINS, update: ADMINS, delete: NO_ONE },
  },
  vocabulary: {
    row: ofOrg,
    insert: ({ org }) => ({ org_id: org, term: `'another'` }),
    update: `term = 'changed'`,
    allowed: { ...worked, update: NO_ONE },
  },
  transcript_runs: readByMembers(),
  chunks: readByMembers(({ chunk }) => `id = ${chunk}`),
  chunk_lexemes: readByMembers(),
  corpus_lexemes: readByMembers(),
  corpus_statistics: readByMembers(),
  chunk_embeddings: readByMembers(),
  embedding_indexes: readByMembers(),
  chapters: readByMembers(),
  insights: readByMembers(),
  chats: {
    // The seeded chat is the bystander’s, and shared; test/assistant/chat-rights.test.ts has one that is not.
    row: ({ chat }) => `id = ${chat}`,
    insert: ({ org, self }) => ({ org_id: org, user_id: self, title: `'another'` }),
    update: `title = 'renamed'`,
    allowed: { ...service, select: EVERYONE, insert: MEMBERS },
  },
  messages: {
    row: ({ message }) => `id = ${message}`,
    insert: ({ org, chat }) => ({ org_id: org, chat_id: chat, position: '9', role: `'user'` }),
    update: `text = 'changed'`,
    allowed: { ...service, select: EVERYONE },
  },
  citations: {
    row: ({ message }) => `message_id = ${message}`,
    insert: ({ org, message }) => ({
      org_id: org,
      message_id: message,
      n: '9',
      title: `'x'`,
      kind: `'text'`,
      passage: `'x'`,
      quote: `'x'`,
      checked: `'quote'`,
    }),
    update: `quote = 'changed'`,
    allowed: { ...service, select: EVERYONE },
  },
};
