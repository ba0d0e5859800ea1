import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** What one operation may ask for. */
export interface OperationLimits {
  /** Fields within fields. */
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Fields that can be in the answer, a list counted as often as it was asked for. */
  readonly cost: number;
}

interface Measure {
  /** Fields at this level, those of fragments included. */
  fields: number;
  depth: number;
  aliases: number;
  directives: number;
  cost: number;
}

/** What a connection without a literal `first` is taken for: the most that a variable can ask. */
const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

/**
 * One rule, run by every transport. Fragments are measured once and counted wherever they are spread, so that nesting
 * them costs us nothing. `__schema` and `__type` count for neither depth nor cost: graphql-js limits those itself.
 */
export const limitsRule = (limits: OperationLimits): ValidationRule =>
  function limited(context: ValidationContext): ASTVisitor {
    const fragments = new Map<string, Measure>();
    return {
      OperationDefinition(operation) {
        const found = measureSet(context, operation.selectionSet, fragments);
        found.directives += operation.directives?.length ?? 0;
        report('rootFields', found.fields, limits.rootFields, 'fields at the root');
        report('depth', found.depth, limits.depth, 'levels of fields');
        report('aliases', found.aliases, limits.aliases, 'aliases');
        report('directives', found.directives, limits.directives, 'directives');
        report('cost', found.cost, limits.cost, 'fields in the answer');

        function report(limit: keyof OperationLimits, is: number, most: number, what: string): void {
          if (is > most) context.reportError(overLimit(operation, limit, `${is} ${what}, at most ${most}`));
        }
      },
    };
  };

const overLimit = (node: OperationDefinitionNode, limit: string, found: string): GraphQLError =>
  new GraphQLError(`The operation asks for too much: ${found}.`, { nodes: [node], extensions: { limit } });

function measureSet(
  context: ValidationContext,
  set: SelectionSetNode,
  fragments: Map<string, Measure>,
): Measure {
  const sum: Measure = { fields: 0, depth: 0, aliases: 0, directives: 0, cost: 0 };
  for (const selection of set.selections) {
    const part =
      selection.kind === Kind.FIELD
        ? measureField(context, selection, fragments)
        : selection.kind === Kind.INLINE_FRAGMENT
          ? measureSet(context, selection.selectionSet, fragments)
          : measureFragment(context, selection.name.value, fragments);
    sum.fields += part.fields;
    sum.depth = Math.max(sum.depth, part.depth);
    sum.aliases += part.aliases;
    sum.directives += part.directives + (selection.directives?.length ?? 0);
    sum.cost += part.cost;
  }
  return sum;
}

function measureField(
  context: ValidationContext,
  field: FieldNode,
  fragments: Map<string, Measure>,
): Measure {
  const inner =
    field.selectionSet === undefined
      ? { fields: 0, depth: 0, aliases: 0, directives: 0, cost: 0 }
      : measureSet(context, field.selectionSet, fragments);
  const isIntrospection = field.name.value === '__schema' || field.name.value === '__type';
  return {
    fields: 1,
    depth: isIntrospection ? 1 : inner.depth + 1,
    aliases: inner.aliases + (field.alias === undefined ? 0 : 1),
    directives: inner.directives,
    cost: isIntrospection ? 1 : 1 + inner.cost * timesOf(field),
  };
}

/** A fragment that spreads itself is refused by another rule; here it must only not go round for ever. */
function measureFragment(context: ValidationContext, name: string, fragments: Map<string, Measure>): Measure {
  const known = fragments.get(name);
  if (known !== undefined) return known;
  const nothing: Measure = { fields: 0, depth: 0, aliases: 0, directives: 0, cost: 0 };
  fragments.set(name, nothing);
  const fragment = context.getFragment(name);
  if (fragment === null || fragment === undefined) return nothing;
  const measured = measureSet(context, fragment.selectionSet, fragments);
  fragments.set(name, measured);
  return measured;
}

const LIST_FIELDS: ReadonlySet<string> = new Set(['orders', 'products']);

function timesOf(field: FieldNode): number {
  const first = field.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (first?.kind === Kind.INT) return Math.min(Math.max(Number(first.value), 1), MAX_PAGE);
  if (first !== undefined && first.kind !== Kind.NULL) return MAX_PAGE;
  return LIST_FIELDS.has(field.name.value) ? DEFAULT_PAGE : 1;
}
