/** What is measured side by side: the product, and the same build without group commit. */
export interface Candidate {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

export const PRODUCT: Candidate = { name: 'group commit', env: {} };

/** Without batches more lanes may help; the best of these stands for them. */
export const BATCHES_OF_ONE: readonly Candidate[] = [2, 8, 32].map((lanes) => ({
  name: `batches of one, ${lanes} lanes`,
  env: { BATCH_CAP: '1', LANES: String(lanes) },
}));
