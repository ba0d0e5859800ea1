import type { SagaDefinition, StepDefinition } from './definition.ts';

/**
 * What is wrong with a definition, as far as its literal types tell: a sentence that the compiler shows, or never.
 * Where a definition is computed, its types are wide and say nothing; `defineSaga` then refuses when it runs.
 */
export type Flaw<D extends SagaDefinition> =
  | StepsFlaw<D['steps'], Extract<keyof D['participants'], string>>
  | DurationFlaw<D['timing']['attemptMs'], 'timing.attemptMs'>
  | DurationFlaw<D['timing']['maxAttemptMs'], 'timing.maxAttemptMs'>
  | DurationFlaw<D['timing']['attentionMs'], 'timing.attentionMs'>;

type StepsFlaw<
  Steps extends readonly StepDefinition[],
  Participants extends string,
> = Steps extends readonly [] ? 'the saga has no steps' : FirstFlaw<Steps[0]> | EachFlaw<Steps, Participants>;

type FirstFlaw<Step> = Step extends { readonly name: infer Name extends string; readonly optional: true }
  ? `the first step ${Name} is optional`
  : never;

/** Walks the steps; `Seen` are the names before this one, `Pivot` the first retriable step. */
type EachFlaw<
  Steps extends readonly unknown[],
  Participants extends string,
  Seen extends string = never,
  Pivot extends string = never,
> = Steps extends readonly [infer Step extends StepDefinition, ...infer Rest]
  ?
      | NameFlaw<Step['name'], Seen>
      | PivotFlaw<Step, Pivot>
      | ParticipantFlaw<Step, Participants>
      | DurationFlaw<Step['deadlineMs'], `deadlineMs of step ${Step['name']}`>
      | EachFlaw<
          Rest,
          Participants,
          Seen | Literal<Step['name']>,
          [Pivot] extends [never] ? (Step['kind'] extends 'retriable' ? Step['name'] : never) : Pivot
        >
  : never;

type NameFlaw<Name extends string, Seen extends string> = Name extends Seen
  ? `two steps are named ${Name}`
  : never;

type PivotFlaw<Step extends StepDefinition, Pivot extends string> = [Pivot] extends [never]
  ? never
  : Step['kind'] extends 'compensatable'
    ? `step ${Step['name']} is compensatable but stands after the retriable step ${Pivot}`
    : never;

type ParticipantFlaw<
  Step extends StepDefinition,
  Participants extends string,
> = Step['participant'] extends Participants
  ? never
  : Literal<Step['participant']> extends never
    ? never
    : `step ${Step['name']} is for participant ${Step['participant']}, which is not declared`;

type DurationFlaw<Ms extends number, What extends string> = number extends Ms
  ? never
  : `${Ms}` extends '0' | `-${string}`
    ? `${What} is ${Ms}, not above 0`
    : never;

/** A wide `string` tells nothing. */
type Literal<Text extends string> = string extends Text ? never : Text;
