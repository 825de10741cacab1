import { BookOutlined, BranchesOutlined, FunctionOutlined, RadarChartOutlined } from '@ant-design/icons';
import { flag, listFields, oneOf, page, text } from '@kit';

export const classes = page({
  path: '/rules', title: '规则目录', group: '规则与知识', icon: <BookOutlined />,
  needs: ['rule.browse'],
  search: listFields,
  load: () => import('./classes'),
});

export const oneClass = page({
  path: '/rules/$id', title: '规则',
  needs: ['rule.browse'],
  search: { tab: oneOf('about', 'params', 'cases', 'versions'), case: text(), kind: text(), day: text(), region: text() },
  load: () => import('./class'),
});

export const versions = page({
  path: '/rule-versions', title: '规则版本', group: '规则与知识', icon: <BranchesOutlined />,
  needs: ['rule.read'],
  search: listFields,
  load: () => import('./versions'),
});

export const oneVersion = page({
  path: '/rule-versions/$id', title: '规则版本',
  needs: ['rule.read'],
  search: { tab: oneOf('about', 'tryouts', 'definition', 'cases') },
  load: () => import('./version'),
});

export const draft = page({
  path: '/rule-drafts', title: '起草规则版本',
  needs: ['rule.write'],
  search: { rule: text(), version: text(), tab: oneOf('form', 'definition', 'cases') },
  load: () => import('./draft'),
});

export const coverage = page({
  path: '/coverage', title: '规则覆盖', group: '规则与知识', icon: <RadarChartOutlined />,
  needs: ['rule.browse'],
  search: { ...listFields, tab: oneOf('problems', 'classes') },
  load: () => import('./coverage'),
});

export const editor = page({
  path: '/expressions', title: '自定义检查', group: '规则与知识', icon: <FunctionOutlined />,
  needs: ['expression.write'],
  search: { hits: text(), over: oneOf('visit', 'person'), triggers: text(), words: text(), samples: flag(), case: text() },
  load: () => import('./editor'),
});

export const pages = [classes, oneClass, versions, oneVersion, draft, coverage, editor];
