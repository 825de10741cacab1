import { usePage } from '@kit';
import { overdue as here } from './pages';
import { Tasks } from './tasks';

/** What of the work is late. */
export default function Overdue() {
  const { at, go } = usePage(here);
  return <Tasks path="/api/overdue" title="逾期" empty="没有逾期的事项" at={at} go={go} />;
}
