import { JobList } from './list';
import { maintenance as here } from './pages';

/** What keeps the installation going: backups. */
export default function Maintenance() {
  return <JobList here={here} path="/api/maintenance" title="维护任务" about="备份写入服务器上开放给任务的文件夹。" kinds={['backup']} />;
}
