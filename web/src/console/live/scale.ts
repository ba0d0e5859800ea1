/** The arithmetic of a line chart. */

export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** null: nobody knows, and the line has a gap. */
  readonly value: number | null;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** The next of 1, 2, 5, 10, 20 … that is not below it; at least 1. */
export function niceMax(value: number): number {
  if (!(value > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}

/** An SVG path; a point without neighbours is drawn as a dot of the line's own width. */
export function pathOf(points: readonly Point[], from: number, to: number, max: number, box: Box): string {
  let path = '';
  let isDrawing = false;
  for (const { at, value } of points) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const x = ((at - from) / Math.max(to - from, 1)) * box.width;
    const y = box.height - (Math.min(value, max) / max) * box.height;
    path += `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${isDrawing ? '' : 'h0'}`;
    isDrawing = true;
  }
  return path;
}

/** The sample that lies nearest to a share of the width. */
export function nearest(
  times: readonly number[],
  from: number,
  to: number,
  share: number,
): number | undefined {
  const wanted = from + share * (to - from);
  return times.reduce<number | undefined>(
    (best, at) => (best === undefined || Math.abs(at - wanted) < Math.abs(best - wanted) ? at : best),
    undefined,
  );
}
