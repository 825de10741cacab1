import { BankOutlined, IdcardOutlined } from '@ant-design/icons';
import { listFields, oneOf, page, text } from '@kit';

export const institutions = page({
  path: '/institutions', title: '定点机构名册', group: '基础数据', icon: <BankOutlined />,
  needs: ['registry.institutions'],
  search: { ...listFields, region: text() },
  load: () => import('./institutions'),
});

export const institution = page({
  path: '/institutions/$code', title: '机构全貌',
  needs: ['review.read', 'review.read_own'],
  search: { by: oneOf('rule', 'department', 'doctor', 'state') },
  load: () => import('./institution'),
});

export const persons = page({
  path: '/persons', title: '参保人查询', group: '监管', icon: <IdcardOutlined />,
  needs: ['registry.find'],
  search: {},
  load: () => import('./persons'),
});

export const person = page({
  path: '/persons/$psn', title: '参保人全貌',
  needs: ['claim.story'],
  search: { ...listFields, mdtrt_id: text() },
  load: () => import('./person'),
});

export const pages = [institutions, institution, persons, person];
