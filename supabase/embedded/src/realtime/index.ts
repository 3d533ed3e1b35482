export { createRealtime, type Realtime } from './create-realtime.ts';
export type { SocketState as RealtimeSocket } from './connection.ts';
export type { RealtimeLimits } from './limits.ts';
