import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf } from '../src/pipeline/trusted-documents.ts';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';
import { type Question, TRANSPORTS, type Transport, WEBSOCKET } from './fakes/transports.ts';

const TRUSTED = 'query Trusted { orders { edges { cursor } } }';
const UNTRUSTED = 'query Mine { __typename }';
const byId = (sha256Hash: string): Question => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-saga-documents-'));
  file = join(folder, 'documents.json');
  await writeFile(file, JSON.stringify({ 'any name': TRUSTED }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const codeOf = async (gateway: TestGateway, transport: Transport, question: Question) => {
  const { data, errors } = await transport.ask(gateway, question);
  return data == null ? errors?.[0]?.extensions?.code : 'answered';
};

describe.each([
  ['off', 'answered', 'answered'],
  ['log', 'answered', 'answered'],
  ['safelist', 'answered', 'DOCUMENT_NOT_TRUSTED'],
  ['block', 'DOCUMENT_NOT_TRUSTED', 'DOCUMENT_NOT_TRUSTED'],
])('with TRUSTED_DOCUMENTS=%s', (stage, trustedText, untrustedText) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await gatewayWithFakes({ TRUSTED_DOCUMENTS: stage, TRUSTED_DOCUMENTS_FILE: file });
  });
  afterAll(() => gateway.stop());

  test.each(TRANSPORTS)('$name', async (transport) => {
    const ask = (question: Question) => codeOf(gateway, transport, question);
    expect(await ask(byId(hashOf(TRUSTED)))).toBe('answered');
    expect(await ask(byId(hashOf(UNTRUSTED)))).toBe('DOCUMENT_UNKNOWN');
    // To be remembered is not offered: anyone could.
    expect(await ask({ ...byId(hashOf(UNTRUSTED)), query: UNTRUSTED })).toBe('DOCUMENT_UNKNOWN');
    expect(await ask({ ...byId(hashOf(TRUSTED)), query: UNTRUSTED })).toBe('DOCUMENT_UNKNOWN');
    expect(await ask({ query: TRUSTED })).toBe(trustedText);
    expect(await ask({ query: UNTRUSTED })).toBe(untrustedText);
    if (transport === WEBSOCKET) return;
    expect(await ask({ documentId: `sha256:${hashOf(TRUSTED)}` })).toBe('answered');
  });
});

test('what is not trusted is counted while it is still answered', async () => {
  await using gateway = await gatewayWithFakes({ TRUSTED_DOCUMENTS: 'log', TRUSTED_DOCUMENTS_FILE: file });
  await gateway.http.ask(TRUSTED);
  await gateway.http.ask(UNTRUSTED);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/gateway_untrusted_documents_total\S* 1$/m);
});

test('a gateway without the documents it is to trust does not start', async () => {
  await expect(gatewayWithFakes({ TRUSTED_DOCUMENTS: 'block' })).rejects.toThrow(/TRUSTED_DOCUMENTS_FILE/);
  const missing = { TRUSTED_DOCUMENTS: 'block', TRUSTED_DOCUMENTS_FILE: join(folder, 'nothing.json') };
  await expect(gatewayWithFakes(missing)).rejects.toThrow(/holds no documents/);
});
