import { useEffect, useState } from 'preact/hooks';

/** The run that is open. */
export interface OpenedRun {
  readonly pipeline: string;
  readonly run: string;
}

/** The address of a run on this page. */
export const hrefOf = ({ pipeline, run }: OpenedRun): string =>
  `#${new URLSearchParams({ pipeline, run }).toString()}`;

function openedIn(hash: string): OpenedRun | undefined {
  const params = new URLSearchParams(hash.slice(1));
  const [pipeline, run] = [params.get('pipeline'), params.get('run')];
  return pipeline === null || run === null ? undefined : { pipeline, run };
}

/** The run that the address names, followed as it changes. */
export function useOpened(): OpenedRun | undefined {
  const [opened, setOpened] = useState(() => openedIn(location.hash));
  useEffect(() => {
    const onChange = (): void => {
      setOpened(openedIn(location.hash));
    };
    addEventListener('hashchange', onChange);
    return () => {
      removeEventListener('hashchange', onChange);
    };
  }, []);
  return opened;
}
