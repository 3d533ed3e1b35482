import { ARCHIVE_JOBS } from '@nexus/shared/archive';
import { ASSISTANT_JOBS } from '@nexus/shared/assistant';
import { LISTENING_JOBS } from '@nexus/shared/listening';
import { type JobDefinition, PLATFORM_JOBS } from '@nexus/shared/platform';
import addSample from './archive/add-sample.ts';
import checkFeed from './archive/feeds/check-feed.ts';
import exportArchive from './archive/transfers/export-archive.ts';
import importArchive from './archive/transfers/import-archive.ts';
import { STEP_HANDLERS } from './archive/process-item.ts';
import reindexItem from './archive/reindex-item.ts';
import assembleRecording from './archive/recordings/assemble-recording.ts';
import removeFiles from './archive/remove-files.ts';
import nameSpeakers from './archive/speakers/name-speakers.ts';
import reembedOrg from './assistant/reembed-org.ts';
import deliver from './listening/deliveries/deliver.ts';
import checkPost from './listening/opportunities/check-post.ts';
import advanceRun from './listening/runs/advance-run.ts';
import refreshXProtocol from './listening/sources/x/refresh-protocol.ts';
import type { Handler } from './platform/handle.ts';
import prune from './platform/prune.ts';

/** Every job of every capability. */
export const JOBS: readonly JobDefinition[] = [
  ...PLATFORM_JOBS,
  ...ARCHIVE_JOBS,
  ...ASSISTANT_JOBS,
  ...LISTENING_JOBS,
] as unknown as readonly JobDefinition[];

/** Exactly one handler for each of them. */
export const HANDLERS: readonly Handler<never>[] = [
  ...STEP_HANDLERS,
  nameSpeakers,
  addSample,
  assembleRecording,
  checkFeed,
  exportArchive,
  importArchive,
  removeFiles,
  reindexItem,
  prune,
  reembedOrg,
  advanceRun,
  refreshXProtocol,
  checkPost,
  deliver,
] as unknown as readonly Handler<never>[];
