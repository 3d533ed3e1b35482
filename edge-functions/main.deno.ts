import { isProblem } from '@nexus/shared/platform';
import { createApp } from './src/app.ts';
import { readEnvironment } from './src/environment.ts';
import { hostedPorts } from './src/hosted-ports.ts';

/** The API on Supabase's Edge Runtime, as the function `api`, and on Deno itself. */
function main(): void {
  const environment = readEnvironment(Deno.env.toObject());
  const { ports } = hostedPorts(environment);
  const app = createApp(ports);
  Deno.serve(
    {
      port: environment.NEXUS_API_PORT,
      onListen: ({ port }) =>
        ports.writeLog({ time: new Date().toISOString(), event: 'api-started', runtime: 'deno', port }),
    },
    (request, { remoteAddr }) =>
      app.fetch(request, 'hostname' in remoteAddr ? { remoteAddress: remoteAddr.hostname } : {}),
  );
}

try {
  main();
} catch (error) {
  if (!isProblem(error, 'not-configured')) throw error;
  console.error(error.detail);
  Deno.exit(1);
}
