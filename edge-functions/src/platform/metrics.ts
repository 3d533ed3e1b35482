/** Upper bounds in seconds: from an answer out of memory to one that a person gives up on. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface RequestObservation {
  route: string;
  method: string;
  status: number;
  seconds: number;
}

/** What this process has counted, as Prometheus text (exposition format 0.0.4). */
export interface Metrics {
  observeRequest(request: RequestObservation): void;
  render(): string;
}

interface Series {
  labels: Labels;
  buckets: number[];
  count: number;
  sumSeconds: number;
}

export function createMetrics(): Metrics {
  const series = new Map<string, Series>();

  return {
    observeRequest({ route, method, status, seconds }) {
      const key = `${method} ${route} ${status}`;
      let entry = series.get(key);
      if (!entry) {
        entry = {
          labels: { route, method, status: String(status) },
          buckets: BOUNDS.map(() => 0),
          count: 0,
          sumSeconds: 0,
        };
        series.set(key, entry);
      }
      entry.count += 1;
      entry.sumSeconds += seconds;
      for (const [index, bound] of BOUNDS.entries()) if (seconds <= bound) entry.buckets[index]! += 1;
    },

    render() {
      const name = 'nexus_request_duration_seconds';
      const samples = [...series.values()].flatMap(({ labels, buckets, count, sumSeconds }) => [
        ...BOUNDS.map((bound, index) => sample(`${name}_bucket`, { ...labels, le: String(bound) }, buckets[index]!)),
        sample(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
        sample(`${name}_sum`, labels, sumSeconds),
        sample(`${name}_count`, labels, count),
      ]);
      const counts = [...series.values()].map(({ labels, count }) => sample('nexus_requests_total', labels, count));
      return (
        family('nexus_requests_total', 'counter', 'Requests answered by this process.', counts) +
        family(name, 'histogram', 'Time from a request to its answer.', samples)
      );
    },
  };
}

export type Labels = Record<string, string>;

/** One family with its samples; an empty one is left out. */
export function family(
  name: string,
  type: 'counter' | 'gauge' | 'histogram' | 'summary',
  help: string,
  samples: string[],
): string {
  if (samples.length === 0) return '';
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join('\n')}\n`;
}

export function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${text.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`,
  );
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}
