import type { TokenItem, TokenStore } from '../shared/core/ports/token-store';
import { memoryTable, type Hooks } from './memory-table';

/** Tokens in memory; it passes the suite of the real one. */
export function memoryTokenStore(hooks?: Hooks): TokenStore {
  const items = memoryTable<TokenItem>('tokens', hooks);
  return {
    readToken: (name) => items.read('readToken', name),
    writeToken: async (name, item) => {
      const written = await items.write('writeToken', name, (there) =>
        (there?.version ?? 0) === item.version - 1 ? item : undefined,
      );
      return written !== undefined;
    },
  };
}
