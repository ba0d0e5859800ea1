import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { graphqlSchemaFile } from '@order-saga/contracts';

const generatedFile = fileURLToPath(new URL('src/generated/operations.ts', import.meta.url));

/** What src/generated must hold for the schema and the documents as they are. */
export async function generateOperations(): Promise<{ readonly file: string; readonly content: string }> {
  const [output] = await generate(
    {
      schema: fileURLToPath(graphqlSchemaFile),
      documents: fileURLToPath(new URL('src/documents/*.graphql', import.meta.url)),
      silent: true,
      importExtension: '.ts',
      emitLegacyCommonJSImports: false,
      generates: {
        [generatedFile]: {
          plugins: ['typescript-operations', 'typed-document-node'],
          config: {
            // Documents are text: nobody needs a parser in the browser.
            documentMode: 'string',
            useTypeImports: true,
            enumsAsTypes: true,
            skipTypename: true,
            strictScalars: true,
            immutableTypes: true,
            dedupeFragments: true,
            scalars: { ID: 'string', Decimal: 'string', DateTime: 'string' },
          },
        },
      },
    },
    false,
  );
  if (output === undefined) throw new Error('graphql-codegen generated nothing');
  return { file: generatedFile, content: output.content };
}

if (import.meta.main) {
  const { file, content } = await generateOperations();
  await writeFile(file, content);
}
