/** The part of Prometheus' text format that our own services write: one sample a line, labels in double quotes. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-z_]\w*)(?:\{([^}]*)\})? (\S+)$/;
const LABEL = /(\w+)="([^"]*)"/g;

/** Only the metrics that are asked for: an exposition is long, and most of it is about the process. */
export function readExposition(text: string, names: ReadonlySet<string>): MetricSample[] {
  const samples: MetricSample[] = [];
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
    if (!names.has(name)) continue;
    const pairs = [...labels.matchAll(LABEL)].map(([, label = '', text = '']) => [label, text] as const);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value) });
  }
  return samples;
}

export const metricKey = ({ name, labels }: MetricSample): string =>
  `${name} ${Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .toSorted()
    .join(' ')}`;
