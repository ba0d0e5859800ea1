import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import styles from './frame.module.css';
import mark from './mark.svg';

export interface Place {
  readonly to: string;
  readonly name: ReactNode;
  /** Only this very address, not those below it. */
  readonly isExact?: boolean;
}

/** Header, places, content: the same on every page. */
export function Frame(parts: {
  readonly title: string;
  readonly places: readonly Place[];
  /** Links that leave these pages. */
  readonly elsewhere: readonly { readonly href: string; readonly name: string }[];
  readonly banner?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, places, elsewhere, banner, children } = parts;
  return (
    <>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <header className={styles.header}>
        <div className={styles.inner}>
          <span className={styles.title}>
            <img src={mark} alt="" width={22} height={22} />
            {title}
          </span>
          <nav aria-label={title}>
            {places.map(({ to, name, isExact }) => (
              <NavLink key={to} to={to} end={isExact ?? false}>
                {name}
              </NavLink>
            ))}
          </nav>
          <nav className={styles.elsewhere} aria-label="Elsewhere">
            {elsewhere.map(({ href, name }) => (
              <a key={href} href={href}>
                {name}
              </a>
            ))}
          </nav>
        </div>
        {banner}
      </header>
      <main id="content" className={styles.content} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
