import { AlertOutlined, CheckSquareOutlined, FileSearchOutlined, LineChartOutlined } from '@ant-design/icons';
import { flag, listFields, many, oneOf, page, text } from '@kit';

const reads = ['review.read', 'review.read_own'];

/** What chooses findings, in the URL as the API takes it. */
export const filterFields = {
  state: many(), result: many(), outcome: many(), answer: many(), rule_id: many(), fixmedins_code: many(), region: many(), batch: many(),
  dept_name: many(), dr_code: many(), psn_no: many(), mdtrt_id: many(), desk: many(), main_finding_id: text(),
  from: text(), to: text(), taken: text(), moved: text(), min_counted: text(), overdue: flag(), gone: flag(), news: flag(),
};

export const groupings = ['rule', 'institution', 'department', 'doctor', 'person', 'state', 'outcome', 'batch', 'region'] as const;

export const todo = page({
  path: '/todo', title: '待办', group: '工作台', icon: <CheckSquareOutlined />,
  needs: ['work.read'],
  search: { ...listFields, state: many(), today: flag() },
  load: () => import('./todo'),
});

export const overdue = page({
  path: '/overdue', title: '逾期', group: '工作台', icon: <AlertOutlined />,
  needs: ['work.read'],
  search: { ...listFields, state: many(), today: flag() },
  load: () => import('./overdue'),
});

export const findings = page({
  path: '/findings', title: '疑点', group: '监管', icon: <FileSearchOutlined />,
  needs: reads,
  search: { ...listFields, ...filterFields, tab: oneOf('list', 'groups'), by: oneOf(...groupings) },
  load: () => import('./findings'),
});

export const finding = page({
  path: '/findings/$id', title: '疑点详情',
  needs: reads,
  search: {},
  load: () => import('./finding'),
});

export const trend = page({
  path: '/findings-trend', title: '机构走势', group: '监管', icon: <LineChartOutlined />,
  needs: reads,
  search: { fixmedins_code: text(), unit: oneOf('counted', 'findings') },
  load: () => import('./trend'),
});

export const pages = [todo, overdue, findings, finding, trend];
