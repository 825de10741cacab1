import { ApartmentOutlined } from '@ant-design/icons';
import { listFields, page } from '@kit';

export const organisations = page({
  path: '/organisations',
  title: '机构',
  group: '系统管理',
  icon: <ApartmentOutlined />,
  needs: ['access.read_rights'],
  search: listFields,
  load: () => import('./organisations'),
});

export const pages = [organisations];
