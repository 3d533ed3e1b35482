import { isProblem } from '@nexus/shared/platform';
import { createApp } from './src/app.ts';
import { readEnvironment } from './src/environment.ts';
import { hostedPorts } from './src/hosted-ports.ts';

/** The API alone on Bun, beside Supabase or any Postgres that has its schemas. `nexus up` mounts the same app in its process. */
function main(): void {
  const environment = readEnvironment(process.env);
  const { ports, stop } = hostedPorts(environment);
  const app = createApp(ports);
  const server = Bun.serve({
    port: environment.NEXUS_API_PORT,
    // Slightly above the largest body that any route takes; the app answers with the exact limit.
    maxRequestBodySize: ports.configuration.limits.textBodyBytes + 1024 ** 2,
    fetch: (request, listener) => app.fetch(request, { remoteAddress: listener.requestIP(request)?.address }),
  });
  ports.writeLog({ time: new Date().toISOString(), event: 'api-started', runtime: 'bun', port: server.port });

  const end = async () => {
    await server.stop();
    await stop();
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

try {
  main();
} catch (error) {
  if (!isProblem(error, 'not-configured')) throw error;
  console.error(error.detail);
  process.exit(1);
}
