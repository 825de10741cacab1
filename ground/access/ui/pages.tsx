import { ApartmentOutlined, ApiOutlined, IdcardOutlined, SolutionOutlined, TeamOutlined, UserOutlined } from '@ant-design/icons';
import { listFields, oneOf, page } from '@kit';

export const organisations = page({
  path: '/organisations', title: '机构', group: '系统管理', icon: <ApartmentOutlined />,
  needs: ['access.read_rights'],
  search: listFields,
  load: () => import('./organisations'),
});

export const people = page({
  path: '/people', title: '人员与授权', group: '系统管理', icon: <TeamOutlined />,
  needs: ['access.read_rights'],
  search: listFields,
  load: () => import('./people'),
});

export const services = page({
  path: '/services', title: '服务账号', group: '系统管理', icon: <ApiOutlined />,
  needs: ['access.read_rights'],
  search: listFields,
  load: () => import('./services'),
});

export const staff = page({
  path: '/staff', title: '本机构人员', group: '基础数据', icon: <SolutionOutlined />,
  needs: ['access.own_staff'],
  search: listFields,
  load: () => import('./staff'),
});

export const certificates = page({
  path: '/certificates', title: '执法证台账', group: '基础数据', icon: <IdcardOutlined />,
  needs: ['access.certificates'],
  search: listFields,
  load: () => import('./certificates'),
});

export const account = page({
  path: '/account', title: '我的账户', group: '本人', icon: <UserOutlined />,
  search: { tab: oneOf('sessions', 'password', 'factor', 'subject') },
  load: () => import('./account'),
});

export const pages = [organisations, people, services, staff, certificates, account];
