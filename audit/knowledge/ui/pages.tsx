import { DatabaseOutlined, DiffOutlined, StopOutlined } from '@ant-design/icons';
import { flag, listFields, oneOf, page, text } from '@kit';

export const points = page({
  path: '/knowledge', title: '知识点', group: '规则与知识', icon: <DatabaseOutlined />,
  needs: ['knowledge.read'],
  search: { ...listFields, rule: text(), region: text(), day: text(), inforce: flag(), needs: text() },
  load: () => import('./points'),
});

export const changes = page({
  path: '/knowledge/changes', title: '知识变更', group: '规则与知识', icon: <DiffOutlined />,
  needs: ['knowledge.read_changes'],
  search: { ...listFields, tab: oneOf('changes', 'editions') },
  load: () => import('./changes'),
});

export const oneChange = page({
  path: '/knowledge/changes/$id', title: '知识变更',
  needs: ['knowledge.read_changes'],
  search: { ...listFields, tab: oneOf('points', 'quarantine', 'files'), made: text() },
  load: () => import('./change'),
});

export const exclusions = page({
  path: '/exclusions', title: '例外名单', group: '规则与知识', icon: <StopOutlined />,
  needs: ['knowledge.read_exclusions'],
  search: { ...listFields, tab: oneOf('list', 'changes', 'versions') },
  load: () => import('./exclusions'),
});

export const pages = [points, changes, oneChange, exclusions];
