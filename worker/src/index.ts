export { createHttp } from './platform/http.ts';
export type { MediaStore } from './platform/media-store.ts';
export type { WorkerPorts } from './platform/ports.ts';
export { startBoss } from './platform/start-boss.ts';
export { JOBS } from './handlers.ts';
export { type RunningWorker, startWorker } from './worker.ts';
