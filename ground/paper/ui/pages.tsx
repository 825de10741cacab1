import { FileProtectOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { flag, listFields, page, text } from '@kit';

export const papers = page({
  path: '/papers', title: '文书', group: '监管', icon: <FileProtectOutlined />,
  needs: ['paper.read'],
  search: { ...listFields, sort: text('-id') },
  load: () => import('./papers'),
});

export const paper = page({
  path: '/papers/$id', title: '文书',
  needs: ['paper.read'],
  search: { edit: flag() },
  load: () => import('./paper'),
});

export const verify = page({
  path: '/papers-verify', title: '核验文书', group: '监管', icon: <SafetyCertificateOutlined />,
  needs: ['paper.read'],
  search: {},
  load: () => import('./verify'),
});

export const pages = [papers, paper, verify];
