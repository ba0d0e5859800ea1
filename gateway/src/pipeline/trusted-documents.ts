import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { publicError } from './public-error.ts';

/**
 * `off`: any document. `log`: any, and those that are not trusted are reported. `safelist`: only trusted ones, as text or
 * by id. `block`: by id only.
 */
export const TRUST_STAGES = ['off', 'log', 'safelist', 'block'] as const;
export type TrustStage = (typeof TRUST_STAGES)[number];

/** What a request says of its document. Both ways to name an id are in use among clients. */
export interface AskedDocument {
  readonly query?: unknown;
  /** `sha256:…`, as the persisted documents of GraphQL over HTTP have it, or the bare hash. */
  readonly documentId?: unknown;
  /** `persistedQuery.sha256Hash`, as Apollo's clients send it. */
  readonly extensions?: unknown;
}

export interface TrustedDocumentsOptions {
  readonly stage: TrustStage;
  /** Texts by the hexadecimal SHA-256 of themselves. */
  readonly texts: ReadonlyMap<string, string>;
  readonly onUntrusted: (hash: string) => void;
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The documents that our front-ends were built with. */
export class TrustedDocuments {
  readonly #options: TrustedDocumentsOptions;

  constructor(options: TrustedDocumentsOptions) {
    this.#options = options;
  }

  /** The text that a request means; undefined when it names none. Throws a public error for what may not be executed. */
  textOf(asked: AskedDocument): string | undefined {
    const { stage, texts, onUntrusted } = this.#options;
    const id = idOf(asked);
    const text = typeof asked.query === 'string' && asked.query !== '' ? asked.query : undefined;
    if (id !== undefined) {
      const known = texts.get(id);
      if (known !== undefined && (text === undefined || text === known)) return known;
      // A text beside an id asks us to remember it, and anyone could ask that.
      throw publicError('DOCUMENT_UNKNOWN', 'There is no trusted document with this id.', { documentId: id });
    }
    if (stage === 'off' || text === undefined) return text;
    if (stage === 'block') {
      throw publicError('DOCUMENT_NOT_TRUSTED', 'Only trusted documents are executed: send the id of one.');
    }
    const hash = hashOf(text);
    if (texts.has(hash)) return text;
    if (stage === 'safelist') {
      throw publicError('DOCUMENT_NOT_TRUSTED', 'This document is not one of the trusted ones.', {
        documentId: hash,
      });
    }
    onUntrusted(hash);
    return text;
  }
}

const extensionsSchema = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

function idOf({ documentId, extensions }: AskedDocument): string | undefined {
  const persisted = extensionsSchema.safeParse(extensions).data?.persistedQuery.sha256Hash;
  const id = typeof documentId === 'string' ? documentId : persisted;
  return id?.replace(/^sha256:/, '').toLowerCase();
}

const manifestSchema = z.record(z.string(), z.string());

/** A JSON file of texts by any id, as code generators write it; ids are the texts' own hashes, whatever it says. */
export async function readManifest(file: string): Promise<ReadonlyMap<string, string>> {
  try {
    const texts = Object.values(manifestSchema.parse(JSON.parse(await readFile(file, 'utf8'))));
    return new Map(texts.map((text) => [hashOf(text), text]));
  } catch (cause) {
    throw new Error(`${file} holds no documents: it must be a JSON object of texts by their ids`, { cause });
  }
}
