import { CalendarOutlined } from '@ant-design/icons';
import { listFields, page, text } from '@kit';

export const holidays = page({
  path: '/holidays', title: '节假日表', group: '基础数据', icon: <CalendarOutlined />,
  search: { ...listFields, year: text() },
  load: () => import('./holidays'),
});

export const pages = [holidays];
