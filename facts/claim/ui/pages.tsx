import { InboxOutlined } from '@ant-design/icons';
import { listFields, oneOf, page, text } from '@kit';

export const intake = page({
  path: '/intake', title: '数据接收与质量', group: '数据与任务', icon: <InboxOutlined />,
  needs: ['intake.read'],
  search: { ...listFields, tab: oneOf('tables', 'sources', 'doubts', 'files', 'epochs') },
  load: () => import('./intake'),
});

export const source = page({
  path: '/intake/$id', title: '数据来源',
  needs: ['intake.read'],
  search: { ...listFields, tab: oneOf('rows', 'faults', 'institutions', 'corrections'), row: text() },
  load: () => import('./source'),
});

export const pages = [intake, source];
