import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** What was read last, and what came of the last try. */
export interface Live<T> {
  readonly value: T | undefined;
  /** Why the last try failed; `undefined` after one that did not. */
  readonly error: Error | undefined;
  /** Reads now, without waiting for the next time. */
  readonly refresh: () => void;
}

/** Milliseconds that a try after failed ones waits at most. */
const longestWaitMs = 15_000;

/**
 * Reads again and again while the page is visible, and not at all while it is hidden.
 * @param key a new key starts anew; `undefined` reads nothing
 * @param everyMs milliseconds between the end of a look and the next one
 */
export function useLive<T>(
  key: string | undefined,
  read: (signal: AbortSignal) => Promise<T>,
  everyMs: number,
): Live<T> {
  const [state, setState] = useState<{ key?: string; value?: T; error?: Error }>({});
  const latest = useRef({ read, everyMs });
  latest.current = { read, everyMs };
  const [turn, setTurn] = useState(0);
  const refresh = useCallback(() => {
    setTurn((before) => before + 1);
  }, []);

  useEffect(() => {
    if (key === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let under: AbortController | undefined;
    let failures = 0;
    const stop = (): void => {
      clearTimeout(timer);
      under?.abort();
      under = undefined;
    };
    const look = async (): Promise<void> => {
      const own = (under = new AbortController());
      let waitMs = latest.current.everyMs;
      try {
        const value = await latest.current.read(own.signal);
        if (own.signal.aborted) return;
        failures = 0;
        setState({ key, value });
      } catch (thrown) {
        if (own.signal.aborted) return;
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        setState((before) => (before.key === key ? { ...before, error } : { key, error }));
        failures += 1;
        waitMs = Math.min(longestWaitMs, 1_000 * 2 ** failures);
      }
      timer = setTimeout(() => void look(), waitMs);
    };
    const onVisibility = (): void => {
      stop();
      if (!document.hidden) void look();
    };
    onVisibility();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [key, turn]);

  const own = state.key === key ? state : {};
  return { value: own.value, error: own.error, refresh };
}
