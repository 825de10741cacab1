import { AuditOutlined } from '@ant-design/icons';
import { page, text, whole } from '@kit';

export const journal = page({
  path: '/journal', title: '操作日志', group: '系统管理', icon: <AuditOutlined />,
  needs: ['access.audit'],
  search: { actor: text(), act: text(), kind: text(), id: text(), region: text(), from: text(), to: text(), sort: text(), cursor: text(), limit: whole(50), open: text() },
  load: () => import('./journal'),
});

export const pages = [journal];
