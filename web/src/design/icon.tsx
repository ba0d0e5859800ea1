/** Line icons on a grid of 16, one stroke. They say nothing that words beside them do not: hidden from screen readers. */
const PATHS = {
  check: 'm3.5 8.5 3 3 6-7',
  cross: 'm4.5 4.5 7 7m0-7-7 7',
  undo: 'M3 6h6.5a3.25 3.25 0 0 1 0 6.5H6M5.5 3.5 3 6l2.5 2.5',
  dash: 'M4.5 8h7',
  clock: 'M8 4.5V8l2.5 1.5M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  bin: 'M3 4.5h10M6.5 4V2.5h3V4m-5 .5.5 9h6l.5-9',
  bag: 'M3 5.5h10l-.6 8H3.6zM5.5 5.5V5a2.5 2.5 0 0 1 5 0v.5',
  chevron: 'm6 3.5 4.5 4.5L6 12.5',
  back: 'M10 3.5 5.5 8l4.5 4.5',
  alert: 'M8 5.5V9m0 2.2v.1M8 1.8 14.5 13.5h-13Z',
  inbox: 'M2.5 9 4 3h8l1.5 6v4h-11zm0 0h3l1 2h3l1-2h3',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13 2.5V5h-2.5',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  wire: 'M2.5 8h3l1.5-4 2.5 8L11 8h2.5',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, size = 16 }: { name: IconName; size?: number }) => (
  <svg
    aria-hidden="true"
    width={size}
    height={size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
  >
    <path d={PATHS[name]} />
  </svg>
);
