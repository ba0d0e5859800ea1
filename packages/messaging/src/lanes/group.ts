import type { Queued } from './entry.ts';

/** What a lane tries together, with how often in a row that failed, and how. */
export interface Group<Message, Answer> {
  readonly members: readonly Queued<Message, Answer>[];
  readonly conflicts: number;
  readonly refusals: number;
}

/** In order, so that the messages of a saga keep theirs. */
export function halves<Message, Answer>(
  { members }: Group<Message, Answer>,
  rest: Pick<Group<Message, Answer>, 'conflicts' | 'refusals'>,
): Group<Message, Answer>[] {
  const middle = Math.ceil(members.length / 2);
  return [
    { members: members.slice(0, middle), ...rest },
    { members: members.slice(middle), ...rest },
  ];
}
