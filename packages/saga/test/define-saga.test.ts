import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type CompensatableStep,
  DEFAULT_TIMING,
  defineSaga,
  type Flaw,
  type RetriableStep,
  type SagaDefinition,
  type StepDefinition,
} from '../src/index.ts';
import { placeOrder } from './place-order.ts';

const create = {
  name: 'CreateOrder',
  kind: 'compensatable',
  participant: 'order',
  action: 'CreateOrder',
  undo: 'CancelOrder',
  deadlineMs: 900_000,
} as const satisfies CompensatableStep;

const pay = {
  name: 'ProcessPayment',
  kind: 'compensatable',
  participant: 'payment',
  action: 'ProcessPayment',
  undo: 'CompensatePayment',
  deadlineMs: 900_000,
} as const satisfies CompensatableStep;

const approve = {
  name: 'ApproveOrder',
  kind: 'retriable',
  participant: 'order',
  action: 'ApproveOrder',
  deadlineMs: 900_000,
} as const satisfies RetriableStep;

const sound = {
  name: 'place-order',
  version: 1,
  timing: DEFAULT_TIMING,
  participants: {
    order: { placement: 'local', tombstones: true },
    payment: { placement: 'kafka', tombstones: true },
  },
  steps: [create, pay, approve],
} as const satisfies SagaDefinition;

/** As a definition that was computed: its types say nothing, so that only the check at run time can refuse it. */
const refusal = (definition: object): string => {
  try {
    defineSaga(definition as SagaDefinition);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was not refused';
};

describe('a definition that can be kept', () => {
  it('is returned as it was given', () => {
    expect(defineSaga(sound)).toBe(sound);
    expect(placeOrder().steps.map((step) => step.name)).toEqual([
      'CreateOrder',
      'ProcessPayment',
      'ReserveInventory',
      'ApproveOrder',
      'ConfirmInventory',
    ]);
  });

  it('has no flaw the compiler would show', () => {
    expectTypeOf<Flaw<typeof sound>>().toBeNever();
    expectTypeOf<Flaw<SagaDefinition>>().toBeNever();
    expectTypeOf<typeof defineSaga<typeof sound>>().parameter(0).toExtend<typeof sound>();
  });
});

describe('a definition that cannot be kept is refused, with what to do', () => {
  const step = (change: object) => refusal({ ...sound, steps: [create, { ...pay, ...change }, approve] });
  const timing = (change: object) => refusal({ ...sound, timing: { ...DEFAULT_TIMING, ...change } });

  it('no steps', () => {
    expect(refusal({ ...sound, steps: [] })).toBe('saga place-order: it has no steps; list at least one');
  });

  it('a compensatable step past the pivot', () => {
    expect(refusal({ ...sound, steps: [create, approve, pay] })).toBe(
      'saga place-order: step ProcessPayment is compensatable but stands after ApproveOrder, from which the saga only goes forward; move it before ApproveOrder or make it retriable',
    );
  });

  it('a participant that is not declared', () => {
    expect(step({ participant: 'shipping' })).toMatch(
      /step ProcessPayment is for participant shipping, which is not declared \(order, payment\); declare it/,
    );
    expect(step({ participant: 'toString' })).toMatch(/participant toString, which is not declared/);
  });

  it('two steps of one name', () => {
    expect(step({ name: 'CreateOrder' })).toMatch(/two steps are named CreateOrder; give each a name/);
  });

  it('a name that would not fit into an idempotency key', () => {
    expect(step({ name: 'Process:Payment' })).toMatch(/named 'Process:Payment'; use letters/);
    expect(step({ name: 'P'.repeat(65) })).toMatch(/at most 64/);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a deadline of %s', (deadlineMs) => {
    expect(step({ deadlineMs })).toMatch(
      `deadlineMs of step ProcessPayment is ${deadlineMs}; give a finite number of milliseconds above 0`,
    );
  });

  it.each([0, -5, Number.NaN])('a first attempt of %s ms', (attemptMs) => {
    expect(timing({ attemptMs })).toMatch(`timing.attemptMs is ${attemptMs}; give a finite number`);
  });

  it('a first attempt longer than the longest', () => {
    expect(timing({ attemptMs: 60_001 })).toMatch(/attemptMs is 60001 but .*maxAttemptMs, 60000; raise/);
  });

  it('seed defect 36: a compensatable step without an undo, or one that could be left out', () => {
    expect(step({ undo: undefined })).toMatch(/ProcessPayment is compensatable but has no undo; name the/);
    expect(step({ optional: true })).toMatch(/only a retriable step can be left out/);
  });

  it('an optional first step', () => {
    expect(refusal({ ...sound, steps: [{ ...approve, optional: true }] })).toMatch(/nothing to start with/);
  });

  it('a command its participant lacks, unless the step is optional', () => {
    const lacking = (lacks: string[], last: object) =>
      refusal({
        ...sound,
        participants: { ...sound.participants, order: { placement: 'local', tombstones: true, lacks } },
        steps: [create, pay, last],
      });
    expect(lacking(['CancelOrder'], approve)).toMatch(/CreateOrder needs CancelOrder, which .* order lacks/);
    expect(lacking(['ApproveOrder'], approve)).toMatch(/ApproveOrder needs ApproveOrder, which/);
    expect(lacking(['ApproveOrder'], { ...approve, optional: true })).toBe('it was not refused');
  });
});

describe('what is written out is refused by the compiler already', () => {
  type With<Change> = Omit<typeof sound, keyof Change> & Change;
  type WithSteps<Steps extends readonly StepDefinition[]> = With<{ readonly steps: Steps }>;
  type Create = typeof create;
  type Pay = typeof pay;
  type Approve = typeof approve;

  it('steps that cannot be in that order', () => {
    expectTypeOf<Flaw<WithSteps<[]>>>().toEqualTypeOf<'the saga has no steps'>();
    expectTypeOf<
      Flaw<WithSteps<[Create, Approve, Pay]>>
    >().toEqualTypeOf<'step ProcessPayment is compensatable but stands after the retriable step ApproveOrder'>();
    expectTypeOf<Flaw<WithSteps<[Create, Create]>>>().toEqualTypeOf<'two steps are named CreateOrder'>();
    expectTypeOf<
      Flaw<WithSteps<[Approve & { readonly optional: true }]>>
    >().toEqualTypeOf<'the first step ApproveOrder is optional'>();
  });

  it('participants and durations that cannot be', () => {
    type Ship = Omit<Pay, 'participant'> & { readonly participant: 'shipping' };
    type Hasty = Omit<Pay, 'deadlineMs'> & { readonly deadlineMs: 0 };
    type Backwards = With<{
      readonly timing: { readonly attemptMs: -1; readonly maxAttemptMs: 1; readonly attentionMs: 1 };
    }>;
    expectTypeOf<
      Flaw<WithSteps<[Create, Ship]>>
    >().toEqualTypeOf<'step ProcessPayment is for participant shipping, which is not declared'>();
    expectTypeOf<
      Flaw<WithSteps<[Create, Hasty]>>
    >().toEqualTypeOf<'deadlineMs of step ProcessPayment is 0, not above 0'>();
    expectTypeOf<Flaw<Backwards>>().toEqualTypeOf<'timing.attemptMs is -1, not above 0'>();
  });

  it('a flaw makes the call fail, and says itself', () => {
    type Refused = WithSteps<[Create, Approve, Pay]>;
    expectTypeOf<Refused>().not.toExtend<Parameters<typeof defineSaga<Refused>>[0]>();
  });

  it('a step without its undo or its deadline, or one that is optional although it can be undone', () => {
    expectTypeOf<Omit<Pay, 'undo'>>().not.toExtend<StepDefinition>();
    expectTypeOf<Omit<Pay, 'deadlineMs'>>().not.toExtend<StepDefinition>();
    expectTypeOf<Omit<Approve, 'deadlineMs'>>().not.toExtend<StepDefinition>();
    expectTypeOf<CompensatableStep>().not.toHaveProperty('optional');
    expectTypeOf<RetriableStep>().not.toHaveProperty('undo');
  });
});
