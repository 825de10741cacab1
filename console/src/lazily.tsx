import type { ComponentType } from 'react';
import { connection, unreachable } from '@api';

const stale = 'stale-page'; // in the tab's storage: the page was read anew for a page's code

/**
 * lazily is a page whose code comes when it is asked for. Code that does not come is a lost
 * connection, said on the page and asked for again; where the server answers, it has newer
 * pages than the browser, which then reads them anew, once.
 */
export function lazily(load: () => Promise<{ default: ComponentType }>) {
  let Page: ComponentType | undefined;
  let coming: Promise<void> | undefined;
  let failed: unknown;

  const fetchIt = async () => {
    failed = undefined;
    try {
      Page = (await load()).default;
      sessionStorage.removeItem(stale);
    } catch {
      if ((await connection.ask()) && !sessionStorage.getItem(stale)) {
        sessionStorage.setItem(stale, '1');
        window.location.reload();
        await new Promise(() => {}); // until the page is gone
      }
      failed = unreachable(true);
    } finally {
      coming = undefined;
    }
  };
  const preload = async () => {
    if (!Page) await (coming ??= fetchIt());
  };

  const Inside = () => {
    if (Page) return <Page />;
    if (failed) {
      const error = failed;
      failed = undefined;
      throw error;
    }
    throw preload();
  };
  return Object.assign(Inside, { preload });
}
