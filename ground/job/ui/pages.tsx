import { ScheduleOutlined, ToolOutlined } from '@ant-design/icons';
import { listFields, page } from '@kit';

export const jobs = page({
  path: '/jobs', title: '任务', group: '数据与任务', icon: <ScheduleOutlined />,
  needs: ['job.run'],
  search: listFields,
  load: () => import('./jobs'),
});

export const maintenance = page({
  path: '/maintenance', title: '维护任务', group: '系统管理', icon: <ToolOutlined />,
  needs: ['job.maintain'],
  search: listFields,
  load: () => import('./maintenance'),
});

export const pages = [jobs, maintenance];
