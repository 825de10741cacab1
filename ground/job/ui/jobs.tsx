import { JobList } from './list';
import { jobs as here } from './pages';

/** The business's long work: taking extracts in, screening. */
export default function Jobs() {
  return <JobList here={here} path="/api/jobs" title="任务" about="接收数据和筛查在后台进行，关闭页面不受影响。文件放在服务器上开放给任务的文件夹内。" kinds={['intake', 'screen', 'takeover']} />;
}
