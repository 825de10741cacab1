import { CalendarOutlined } from '@ant-design/icons';
import { listFields, oneOf, page, text } from '@kit';

export const holidays = page({
  path: '/holidays', title: '节假日表', group: '基础数据', icon: <CalendarOutlined />,
  search: { ...listFields, tab: oneOf('grid', 'list', 'period'), shown: text(), year: text(), from: text(), period: text('5个工作日'), without: text(), until: text() },
  load: () => import('./holidays'),
});

export const pages = [holidays];
