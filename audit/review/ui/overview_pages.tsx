import { DashboardOutlined, FundProjectionScreenOutlined } from '@ant-design/icons';
import { page, text } from '@kit';

export const overview = page({
  path: '/overview', title: '总览', group: '工作台', icon: <DashboardOutlined />,
  search: { region: text() },
  load: () => import('./overview'),
});

export const wall = page({
  path: '/wall', title: '大屏', group: '工作台', icon: <FundProjectionScreenOutlined />,
  needs: ['review.read'],
  search: { region: text() },
  bare: true,
  load: () => import('./wall'),
});

export const pages = [overview, wall];
