import { usePage } from '@kit';
import { todo as here } from './pages';
import { Tasks } from './tasks';

/** What waits for whoever is logged in. */
export default function Todo() {
  const { at, go } = usePage(here);
  return <Tasks path="/api/todo" title="待办" empty="没有待办" at={at} go={go} />;
}
