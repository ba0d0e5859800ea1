import { useSyncExternalStore } from 'react';

/** One value that many components read and that outlives them. */
export interface Store<Value> {
  read(): Value;
  write(value: Value): void;
  subscribe(heard: () => void): () => void;
}

export function createStore<Value>(first: Value): Store<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    read: () => value,
    write(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const heard of [...listeners]) heard();
    },
    subscribe(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}

/**
 * A store whose value is kept by the browser and shared with its other windows. What was kept by an older page and is
 * no longer understood counts as nothing.
 */
export function createKeptStore<Value>(
  place: Storage,
  name: string,
  read: (kept: unknown) => Value,
): Store<Value> {
  const readKept = (text: string | null): Value => {
    try {
      return read(text === null ? undefined : JSON.parse(text));
    } catch {
      return read(undefined);
    }
  };
  const store = createStore(readKept(place.getItem(name)));
  globalThis.addEventListener?.('storage', ({ key, newValue, storageArea }) => {
    if (storageArea === place && key === name) store.write(readKept(newValue));
  });
  return {
    ...store,
    write(value) {
      place.setItem(name, JSON.stringify(value));
      store.write(value);
    },
  };
}

export const useStore = <Value>(store: Store<Value>): Value =>
  useSyncExternalStore(store.subscribe, store.read);
