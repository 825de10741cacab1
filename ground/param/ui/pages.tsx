import { ControlOutlined } from '@ant-design/icons';
import { listFields, page, text } from '@kit';

export const params = page({
  path: '/params', title: '法定参数', group: '基础数据', icon: <ControlOutlined />,
  search: { ...listFields, region: text(), day: text() },
  load: () => import('./params'),
});

export const pages = [params];
