import styles from './product-art.module.css';

/** There are no photographs: each product gets a pattern of its own, drawn from its id. */
export function ProductArt({ id }: { id: string }) {
  const seed = seedOf(id);
  const tint = seed % 5;
  const rings = 3 + (seed % 3);
  const left = 24 + (seed % 52);
  return (
    <svg className={`${styles.art} ${styles[`tint${tint}`]}`} viewBox="0 0 100 56" aria-hidden="true">
      {Array.from({ length: rings }, (_, ring) => (
        <circle
          // biome-ignore lint/suspicious/noArrayIndexKey: rings are drawn once and never move
          key={ring}
          cx={left}
          cy={60 - (seed % 18)}
          r={8 + ring * 11}
          fill="none"
          stroke="currentColor"
          strokeWidth={1 + ((seed >> ring) % 3)}
          opacity={0.75 - ring * 0.13}
        />
      ))}
      <circle
        cx={100 - left * 0.6}
        cy={10 + (seed % 16)}
        r={5 + (seed % 4)}
        fill="currentColor"
        opacity="0.8"
      />
    </svg>
  );
}

const seedOf = (text: string): number =>
  [...text].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) & 0x7fff_ffff, 7);
