import { measureAccountPool } from './account-pool.ts';
import { measureChat } from './chat.ts';
import { measureDuplicates } from './duplicates.ts';
import { measureIdle } from './idle.ts';
import { measureImport } from './import.ts';
import { measureInbox } from './inbox.ts';
import { measureJudging } from './judging.ts';
import { measureLibrary } from './library.ts';
import { measureListeningKill } from './listening-kill.ts';
import { measureListeningRun } from './listening-run.ts';
import { measureLiveLatency } from './live-latency.ts';
import type { Part } from './part.ts';
import { measureEmbedderRetrieval, measurePublicRetrieval } from './public-retrieval.ts';
import { measureQueueLatency } from './queue-latency.ts';
import { measureRecording } from './recording.ts';
import { measureRecordingSession } from './recording-session.ts';
import { measureSearch } from './search.ts';
import { measureSearchAtScale } from './search-at-scale.ts';
import { measureStart } from './start.ts';
import { measureTwoWorkers } from './two-workers.ts';
import { measureUpload } from './upload.ts';
import { measureWebJavaScript } from './web-javascript.ts';
import { measureXParsing } from './x-parsing.ts';

/** In the order of the figures; each part by itself takes between ten seconds and two minutes. */
export const PARTS: readonly Part[] = [
  { name: 'start', run: measureStart },
  { name: 'idle', run: measureIdle },
  { name: 'queue', run: measureQueueLatency },
  { name: 'live', run: measureLiveLatency },
  { name: 'recording', run: measureRecording },
  { name: 'recording-session', run: measureRecordingSession },
  { name: 'upload', run: measureUpload },
  { name: 'search', run: measureSearch },
  { name: 'search-at-scale', run: measureSearchAtScale },
  { name: 'chat', run: measureChat },
  { name: 'library', run: measureLibrary },
  { name: 'import', run: measureImport },
  { name: 'web', run: measureWebJavaScript },
  { name: 'two-workers', run: measureTwoWorkers },
  { name: 'retrieval', run: measurePublicRetrieval },
  { name: 'embedder-retrieval', run: measureEmbedderRetrieval },
  { name: 'duplicates', run: measureDuplicates },
  { name: 'account-pool', run: measureAccountPool },
  { name: 'x-parsing', run: measureXParsing },
  { name: 'listening-run', run: measureListeningRun },
  { name: 'listening-kill', run: measureListeningKill },
  { name: 'inbox', run: measureInbox },
  { name: 'judging', run: measureJudging },
];
