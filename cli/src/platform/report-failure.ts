import { isProblem } from '@nexus/shared/platform';

/** Says what went wrong in one line, with the fields where there are any, and makes the command fail. Anything unexpected shows its stack. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  if (!isProblem(error)) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  const fields = Object.entries(error.fields ?? {}).map(([field, messages]) => `  ${field}: ${messages.join(', ')}`);
  process.stderr.write(`${[error.detail, ...fields].join('\n')}\n`);
}
