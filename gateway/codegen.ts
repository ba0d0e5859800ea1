import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { graphqlSchemaFile } from '@order-saga/contracts';

const generatedFile = fileURLToPath(new URL('src/generated/resolvers.ts', import.meta.url));

/** What src/generated must hold for the schema as it is. */
export async function generateResolverTypes(): Promise<{ readonly file: string; readonly content: string }> {
  const [output] = await generate(
    {
      schema: fileURLToPath(graphqlSchemaFile),
      silent: true,
      importExtension: '.ts',
      emitLegacyCommonJSImports: false,
      generates: {
        [generatedFile]: {
          plugins: ['typescript', 'typescript-resolvers'],
          config: {
            useTypeImports: true,
            enumsAsTypes: true,
            strictScalars: true,
            contextType: '../pipeline/context.ts#RequestContext',
            scalars: {
              ID: 'string',
              Decimal: 'string',
              DateTime: 'string',
            },
            // Inside the gateway an enum value is what the services call it; the schema's spelling is for clients.
            enumValues: {
              OrderStatus: '@order-saga/contracts#OrderStatus',
              SagaStatus: '@order-saga/contracts#SagaStatus',
              SagaStatusUpdateKind: '@order-saga/contracts#TransitionKind',
              PaymentStatus: '@order-saga/contracts#PaymentStatus',
              PaymentMethod: '@order-saga/contracts#PaymentMethod',
              CurrencyCode: '@order-saga/contracts#Currency',
              OrderSort: '@order-saga/contracts#OrderSort',
            },
            mappers: {
              Order: '@order-saga/contracts#OrderView',
              OrderLine: '@order-saga/contracts#OrderLine as OrderLineModel',
              Saga: '@order-saga/contracts#SagaView',
              SagaStep: '@order-saga/contracts#SagaStepView',
              SagaStatusUpdate: '../saga-feed/course.ts#SagaStatusUpdate as SagaStatusUpdateModel',
              OrderUpdate: '../order-feed/order-stream.ts#OrderUpdate as OrderUpdateModel',
              Payment: '@order-saga/contracts#PaymentView',
              Product: '@order-saga/contracts#ProductView',
              Viewer: '../auth/principal.ts#Principal',
              Stock: '@order-saga/contracts#ProductView',
              Money: '@order-saga/contracts#Money as MoneyModel',
            },
          },
        },
      },
    },
    false,
  );
  if (output === undefined) throw new Error('graphql-codegen generated nothing');
  // It re-exports the types of enums as values, which type stripping would then look for.
  return {
    file: generatedFile,
    content: output.content.replace(/^export \{ (\w+) \};$/gm, 'export type { $1 };'),
  };
}

if (import.meta.main) {
  const { file, content } = await generateResolverTypes();
  await writeFile(file, content);
}
