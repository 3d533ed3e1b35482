import { isProblem, NexusError } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';
import { exporterById } from '../exporters/index.ts';
import { notifierById } from '../notifiers/index.ts';
import type { ArmedDelivery, Content } from './armed-delivery.ts';
import { OutcomeUnknown } from './outcome-unknown.ts';
import { outletIo } from './outlet-io.ts';
import type { Receipt } from './outlet.ts';

/**
 * How an attempt went. failed: it surely did not arrive. unknown: it may have; `canLook` when a later look may tell, `isHarmless` when
 * sending again does nothing twice.
 */
export type Attempted =
  | { kind: 'arrived'; receipt: Receipt }
  | { kind: 'nothing' }
  | { kind: 'failed'; problem: NexusError }
  | { kind: 'unknown'; problem: NexusError; canLook: boolean; isHarmless: boolean };

type Ports = Pick<WorkerPorts, 'db' | 'vault' | 'http' | 'keys' | 'now' | 'log'>;

/** Sends once, or looks for what an attempt before may have sent. Never throws. */
export async function attemptDelivery(
  armed: ArmedDelivery,
  content: Content,
  ports: Ports,
  signal: AbortSignal,
): Promise<Attempted> {
  const notifier = notifierById(armed.adapter);
  const exporter = exporterById(armed.adapter);
  try {
    const outlet = notifier ?? exporter;
    if (!outlet)
      throw new NexusError('not-configured', `This installation has no adapter called ${armed.adapter} (any more).`);
    const io = await outletIo(outlet, armed, ports, signal);
    if (notifier && armed.mustLook) {
      const found = notifier.find ? await notifier.find({ id: armed.id, createdAt: armed.createdAt }, io) : 'unknown';
      if (found === 'unknown') return unknown(MAYBE, { canLook: false });
      if (found) return { kind: 'arrived', receipt: found };
    }
    if (content === null) return { kind: 'nothing' };
    if (notifier && 'message' in content) return { kind: 'arrived', receipt: await notifier.send(content.message, io) };
    if (exporter && 'table' in content)
      return { kind: 'arrived', receipt: await exporter.write(content.table.columns, content.table.rows, io) };
    throw new NexusError('internal', 'The adapter and what it was given do not match.');
  } catch (error) {
    const canLook = notifier?.find !== undefined;
    const isHarmless = exporter !== undefined;
    if (error instanceof OutcomeUnknown) return unknown(error.problem, { canLook, isHarmless });
    // Looking changes nothing: whatever went wrong, what may have arrived before still may have.
    if (armed.mustLook && isProblem(error) && !isHarmless)
      return unknown(error, { canLook: canLook && error.mayRetry });
    if (isProblem(error)) return { kind: 'failed', problem: passing(error) };
    ports.log({ event: 'delivery-broke', deliveryId: armed.id, adapter: armed.adapter, error: describe(error) });
    const problem = new NexusError('internal', 'Something unexpected went wrong; the log of the server tells more.');
    return unknown(problem, { canLook, isHarmless });
  }
}

const MAYBE = new NexusError(
  'upstream-down',
  'The connection broke while it was sent. It may have arrived: please look there.',
);

const unknown = (problem: NexusError, can: { canLook?: boolean; isHarmless?: boolean }): Attempted => ({
  kind: 'unknown',
  problem: passing(problem),
  canLook: can.canLook ?? false,
  isHarmless: can.isHarmless ?? false,
});

/** Canceled by nobody but the clock, or the end of the process: that passes. */
const passing = (problem: NexusError): NexusError =>
  problem.code === 'canceled' ? new NexusError('stalled', 'It took too long.', { cause: problem }) : problem;

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
