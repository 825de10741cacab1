import { RadarChartOutlined } from '@ant-design/icons';
import { listFields, oneOf, page } from '@kit';

export const runs = page({
  path: '/runs', title: '筛查', group: '数据与任务', icon: <RadarChartOutlined />,
  needs: ['screening.read'],
  search: listFields,
  load: () => import('./runs'),
});

export const run = page({
  path: '/runs/$id', title: '筛查结果',
  needs: ['screening.read'],
  search: { tab: oneOf('rules', 'not_run', 'institutions', 'problems', 'issues') },
  load: () => import('./run'),
});

export const pages = [runs, run];
