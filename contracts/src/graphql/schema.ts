/** The GraphQL schema in SDL: the contract with front-ends. The gateway serves it, clients generate their types from it. */
export const graphqlSchemaFile = new URL('./schema.graphql', import.meta.url);
