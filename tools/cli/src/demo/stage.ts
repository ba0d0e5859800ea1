import { styleText } from 'node:util';
import { inWords, type OrderInWords, type OrderUpdate, type Said } from '@order-saga/client';

/** Where the demo is shown: on a terminal, line by line as things happen, or nowhere when a script wants JSON. */
export interface Stage {
  readonly isShown: boolean;
  line(text?: string): void;
  title(number: number, text: string): void;
  ordered(orderId: string, total: string, placedWith: string): void;
  update(update: OrderUpdate, order: OrderInWords): void;
  kept(text: string): void;
  broken(text: string): void;
}

const MARKS: Readonly<Record<Said['mark'], { sign: string; colour: 'green' | 'red' | 'yellow' | 'dim' }>> = {
  told: { sign: '·', colour: 'dim' },
  done: { sign: '✓', colour: 'green' },
  refused: { sign: '✗', colour: 'red' },
  undone: { sign: '↩', colour: 'yellow' },
};

/** Colours only where the terminal shows them; NO_COLOR is honoured. */
const paint = (colour: Parameters<typeof styleText>[0], text: string): string =>
  styleText(colour, text, { stream: process.stdout });

export function terminalStage(): Stage {
  let begunAt = 0;
  return {
    isShown: true,
    line: (text = '') => console.log(text),
    title: (number, text) => console.log(`\n${paint('bold', `${number}  ${text}`)}`),
    ordered: (orderId, total, placedWith) =>
      console.log(`   ${paint('dim', `order ${orderId}, ${total}, ${placedWith}`)}`),
    update(update, order) {
      const at = Date.parse(update.at);
      if (update.version === 1) begunAt = at;
      const { mark, text } = inWords(update, order);
      const { sign, colour } = MARKS[mark];
      const after = `${at - begunAt} ms`.padStart(8);
      console.log(`   ${after}  ${paint(colour, sign)} ${mark === 'told' ? paint('dim', text) : text}`);
    },
    kept: (text) => console.log(`   ${paint('green', 'as promised:')} ${text}`),
    broken: (text) => console.log(`   ${paint('red', 'NOT as promised:')} ${text}`),
  };
}

export const silentStage = (): Stage => ({
  isShown: false,
  line: () => undefined,
  title: () => undefined,
  ordered: () => undefined,
  update: () => undefined,
  kept: () => undefined,
  broken: () => undefined,
});
