// Made by scripts/generate-types.ts from the migrations. Do not edit.
import type { ColumnType, GeneratedAlways } from 'kysely';

/** Optional when inserted, because the database has a default. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;

export type Json = ColumnType<unknown, string, string>;
export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface DB {
  api_keys: {
    id: Generated<string>;
    org_id: string;
    name: string;
    prefix: string;
    hash: string;
    scopes: string[];
    created_by: string;
    created_at: Generated<Timestamp>;
    expires_at: Timestamp | null;
    last_used_at: Timestamp | null;
    revoked_at: Timestamp | null;
  };
  audit_log: {
    id: GeneratedAlways<number>;
    org_id: string;
    actor_kind: string;
    actor_user_id: string | null;
    actor_key_id: string | null;
    action: string;
    subject_kind: string;
    subject_id: string;
    details: Generated<Json>;
    created_at: Generated<Timestamp>;
  };
  catalogue: {
    kind: string;
    id: string;
    label: string;
    description: Generated<string>;
    limits: Generated<Json>;
    settings_schema: Generated<Json>;
    credentials_schema: Generated<Json>;
    updated_at: Generated<Timestamp>;
  };
  chapters: {
    item_id: string;
    position: number;
    org_id: string;
    start_seconds: number;
    end_seconds: number;
    title: string;
    origin: string;
    created_at: Generated<Timestamp>;
  };
  chats: {
    id: Generated<string>;
    org_id: string;
    user_id: Generated<string>;
    title: string;
    title_given: Generated<boolean>;
    scope: Generated<Json>;
    shared: Generated<boolean>;
    created_at: Generated<Timestamp>;
    asked_at: Generated<Timestamp>;
  };
  chunk_embeddings: {
    chunk_id: string;
    org_id: string;
    embedder: string;
    embedding: string;
    created_at: Generated<Timestamp>;
  };
  chunk_lexemes: {
    org_id: string;
    lexeme: string;
    item_id: string;
    chunk_numbers: number[];
    frequencies: number[];
    chunk_lengths: number[];
  };
  chunks: {
    id: Generated<string>;
    number: GeneratedAlways<number>;
    org_id: string;
    item_id: string;
    position: number;
    heading: string | null;
    text: string;
    text_hash: string;
    configuration: Generated<string>;
    lexemes: string;
    lexeme_count: number;
    speaker: string | null;
    start_seconds: number | null;
    end_seconds: number | null;
    segment_offsets: number[];
    segment_positions: number[];
    segment_seconds: number[] | null;
    created_at: Generated<Timestamp>;
  };
  citations: {
    message_id: string;
    n: number;
    org_id: string;
    item_id: string | null;
    title: string;
    kind: string;
    passage: string;
    quote: string;
    speaker: string | null;
    start_seconds: number | null;
    paragraph: number | null;
    checked: string;
  };
  collection_items: {
    collection_id: string;
    item_id: string;
    org_id: string;
    added_by: string | null;
    added_at: Generated<Timestamp>;
  };
  collections: {
    id: Generated<string>;
    org_id: string;
    name: string;
    description: Generated<string>;
    created_by: string | null;
    created_at: Generated<Timestamp>;
    updated_at: Generated<Timestamp>;
  };
  corpus_lexemes: {
    org_id: string;
    lexeme: string;
    chunk_count: number;
  };
  corpus_statistics: {
    org_id: string;
    configuration: string;
    chunk_count: number;
    lexeme_total: number;
  };
  credentials: {
    id: Generated<string>;
    org_id: string;
    kind: string;
    adapter: string;
    label: string;
    settings: Generated<Json>;
    ciphertext: string | null;
    key_id: string | null;
    position: Generated<number>;
    enabled: Generated<boolean>;
    created_at: Generated<Timestamp>;
    updated_at: Generated<Timestamp>;
  };
  feed_episodes: {
    feed_id: string;
    guid: string;
    org_id: string;
    item_id: string | null;
    is_taken: Generated<boolean>;
    title: string | null;
    url: string;
    published_at: Timestamp | null;
    created_at: Generated<Timestamp>;
  };
  feeds: {
    id: Generated<string>;
    org_id: string;
    url: string;
    title: string | null;
    title_given: Generated<boolean>;
    site_url: string | null;
    keep_last: Generated<number>;
    cron: string;
    time_zone: Generated<string>;
    is_paused: Generated<boolean>;
    state: Generated<string>;
    problem: Json | null;
    failures: Generated<number>;
    etag: string | null;
    last_modified: string | null;
    checked_at: Timestamp | null;
    next_check_at: Generated<Timestamp>;
    created_by: string | null;
    created_at: Generated<Timestamp>;
    updated_at: Generated<Timestamp>;
  };
  fingerprints: {
    item_id: string;
    org_id: string;
    algorithm: number;
    hashes: Uint8Array;
    duration_seconds: number;
    created_at: Generated<Timestamp>;
  };
  idempotency_keys: {
    actor_id: string;
    key: string;
    request_hash: string;
    status: number | null;
    ciphertext: string | null;
    key_id: string | null;
    created_at: Generated<Timestamp>;
  };
  insights: {
    id: Generated<string>;
    org_id: string;
    item_id: string;
    kind: string;
    position: number;
    text: string;
    detail: Generated<Json>;
    start_seconds: number | null;
    paragraph: number | null;
    origin: string;
    created_at: Generated<Timestamp>;
  };
  invitations: {
    id: Generated<string>;
    org_id: string;
    role: string;
    email: string | null;
    token_hash: string;
    created_by: string;
    created_at: Generated<Timestamp>;
    expires_at: Timestamp;
    accepted_at: Timestamp | null;
    accepted_by: string | null;
    revoked_at: Timestamp | null;
  };
  item_links: {
    org_id: string;
    link_key: string;
    item_id: string;
    created_at: Generated<Timestamp>;
  };
  item_speakers: {
    item_id: string;
    label: string;
    org_id: string;
    speaker_id: string | null;
    name: string | null;
    seconds: Generated<number>;
    recognised: Generated<boolean>;
    voice_model: string | null;
    voice: number[] | null;
  };
  item_steps: {
    item_id: string;
    org_id: string;
    name: string;
    position: number;
    state: Generated<string>;
    attempt: Generated<number>;
    attempts_before: Generated<number>;
    failures: Generated<number>;
    input_hash: string | null;
    progress: Generated<number>;
    problem: Json | null;
    output: Json | null;
    started_at: Timestamp | null;
    finished_at: Timestamp | null;
    updated_at: Generated<Timestamp>;
  };
  item_texts: {
    item_id: string;
    org_id: string;
    text: string;
    created_at: Generated<Timestamp>;
  };
  items: {
    id: Generated<string>;
    org_id: string;
    kind: Generated<string>;
    status: Generated<string>;
    source: string;
    source_url: string | null;
    original_name: string | null;
    original_path: string | null;
    subtitle_path: string | null;
    title: string;
    title_given: Generated<boolean>;
    mime_type: string | null;
    size_bytes: number | null;
    sha256: string | null;
    duration_seconds: number | null;
    language: string | null;
    language_given: string | null;
    author: string | null;
    published_at: Timestamp | null;
    summary: string | null;
    tags: Generated<string[]>;
    tags_given: Generated<boolean>;
    enriched_by: string | null;
    playable_path: string | null;
    playable_mime_type: string | null;
    poster_path: string | null;
    peaks_path: string | null;
    width: number | null;
    height: number | null;
    problem: Json | null;
    warnings: Generated<string[]>;
    progress: Generated<number>;
    is_sample: Generated<boolean>;
    created_by: string | null;
    created_at: Generated<Timestamp>;
    updated_at: Generated<Timestamp>;
    ready_at: Timestamp | null;
    link_key: string | null;
    description: string | null;
    summary_long: string | null;
    enrichment_gaps: Generated<Json>;
  };
  members: {
    org_id: string;
    user_id: string;
    role: string;
    email: string;
    display_name: string | null;
    created_at: Generated<Timestamp>;
  };
  messages: {
    id: Generated<string>;
    org_id: string;
    chat_id: string;
    position: number;
    version: Generated<number>;
    role: string;
    text: Generated<string>;
    state: Generated<string>;
    model: string | null;
    is_found: boolean | null;
    queries: Generated<string[]>;
    passage_count: Generated<number>;
    unbacked: Generated<number[]>;
    input_tokens: number | null;
    output_tokens: number | null;
    cost_usd: string | null;
    warning: string | null;
    problem: Json | null;
    alive_at: Generated<Timestamp>;
    created_at: Generated<Timestamp>;
  };
  orgs: {
    id: Generated<string>;
    name: string;
    storage_limit_bytes: number | null;
    created_at: Generated<Timestamp>;
    updated_at: Generated<Timestamp>;
  };
  rate_limits: {
    bucket: string;
    tokens: number;
    refilled_at: Timestamp;
  };
  saved_searches: {
    id: Generated<string>;
    org_id: string;
    user_id: string;
    name: string;
    request: Json;
    opened_at: Generated<Timestamp>;
    created_at: Generated<Timestamp>;
  };
  segment_corrections: {
    id: Generated<string>;
    number: GeneratedAlways<number>;
    org_id: string;
    item_id: string;
    transcript_id: string;
    position: number;
    start_seconds: number | null;
    end_seconds: number | null;
    original_text: string;
    original_speaker: string | null;
    text: string | null;
    speaker: string | null;
    speaker_name: string | null;
    created_by: string | null;
    created_at: Generated<Timestamp>;
    removed_by: string | null;
    removed_at: Timestamp | null;
  };
  segments: {
    transcript_id: string;
    position: number;
    org_id: string;
    item_id: string;
    kind: Generated<string>;
    level: number | null;
    page: number | null;
    start_seconds: number | null;
    end_seconds: number | null;
    speaker: string | null;
    text: string;
    words: Json | null;
  };
  speaker_voices: {
    id: Generated<string>;
    org_id: string;
    speaker_id: string;
    item_id: string;
    label: string;
    model: string;
    vector: number[];
    seconds: number;
    created_at: Generated<Timestamp>;
  };
  speakers: {
    id: Generated<string>;
    org_id: string;
    name: string;
    colour: Generated<number>;
    created_at: Generated<Timestamp>;
    updated_at: Generated<Timestamp>;
  };
  speech_settings: {
    org_id: string;
    recognises_voices: Generated<boolean>;
    updated_at: Generated<Timestamp>;
  };
  transcript_runs: {
    id: Generated<string>;
    org_id: string;
    item_id: string;
    transcript_id: string | null;
    adapter: string;
    label: string;
    model: string | null;
    language: string | null;
    outcome: string;
    problem: Json | null;
    sound_seconds: Generated<number>;
    compute_seconds: Generated<number>;
    cost_usd: string | null;
    started_at: Timestamp;
    finished_at: Timestamp;
  };
  transcripts: {
    id: Generated<string>;
    org_id: string;
    item_id: string;
    version: number;
    origin: string;
    adapter: string | null;
    model: string | null;
    language: string | null;
    created_at: Generated<Timestamp>;
  };
  usage_events: {
    id: GeneratedAlways<number>;
    org_id: string;
    kind: string;
    adapter: string | null;
    quantity: number;
    unit: string;
    cost_usd: Generated<string>;
    subject_kind: string;
    subject_id: string;
    created_at: Generated<Timestamp>;
  };
  vocabulary: {
    id: Generated<string>;
    org_id: string;
    term: string;
    created_by: string | null;
    created_at: Generated<Timestamp>;
  };
}
