import { operations } from '@api';

const acts: Record<string, string> = {
  'access.login': '登录',
  'access.login_failed': '登录失败',
  'access.logout': '退出',
  'access.change_password': '修改口令',
  'access.enrol_factor': '登记动态口令',
  'access.confirm_factor': '启用动态口令',
  'access.end_session': '结束会话',
  'access.first_start': '首次启动',
  'access.add_organisation': '登记机构',
  'access.rename_organisation': '机构改名',
  'access.close_organisation': '停用机构',
  'access.add_person': '登记人员',
  'access.change_identity': '更正人员信息',
  'access.set_certificate': '登记执法证',
  'access.close_person': '停用人员',
  'access.reveal': '查看人员完整信息',
  'access.reset_password': '重置口令',
  'access.drop_factor': '解除动态口令',
  'access.end_sessions': '收回会话',
  'access.unlock': '解锁',
  'access.grant': '授权',
  'access.appoint': '任命',
  'access.end_grant': '收回授权',
  'access.add_service': '登记服务账号',
  'access.close_service': '停用服务账号',
  'access.issue_token': '发放令牌',
  'access.revoke_token': '收回令牌',
  'access.read_journal': '查看操作日志',
  'param.put': '录入参数',
  'param.withdraw': '撤回参数',
  'calendar.put': '录入节假日表',
  'job.start': '排入任务',
  'job.cancel': '取消任务',
  'job.retry': '重做任务',
  'intake.upload': '上传待接收的文件',
  'intake.correct': '更正隔离的行',
  'intake.retire': '停用数据来源',
  'intake.read_rows': '查看隔离的行',
  'intake.read_row': '查看一行隔离的行',
  'intake.reveal': '查看隔离行中的身份信息',
  'screening.download': '下载筛查结果',
  'paper.draft': '拟稿',
  'paper.edit': '改稿',
  'paper.read': '查看文书',
  'paper.issue': '出具文书',
  'paper.serve': '登记送达',
  'paper.void': '作废文书',
  'paper.set_short': '设定发文机关代字',
};

/** actTitle is an act in words; one that has none is its own name. */
export const actTitle = (act: string, kind?: string) => (kind === 'export' ? `导出：${operations[act]?.title || act}` : (acts[act] ?? (operations[act]?.title || act)));

/** actNames are the acts that can be chosen. */
export const actNames = Object.entries(acts).map(([value, text]) => ({ value, text }));

export const kindTitles: Record<string, string> = {
  organisation: '机构', holder: '账户', grant: '授权', session: '会话', param: '参数', calendar: '节假日表', job: '任务', export: '导出', entry: '日志条目',
  finding: '疑点', knowledge: '知识点', rule: '规则', run: '筛查',
};
