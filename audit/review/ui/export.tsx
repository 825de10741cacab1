import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { download, sentence } from '@api';
import { addressOf, queryOf, type Filter } from './source';

/** ExportFindings downloads all that the filter gives: the findings, or what they come to by group. */
export function ExportFindings({ at, groups }: { at: Filter & { sort: string }; groups?: string }) {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const take = async (format: string) => {
    setBusy(true);
    try {
      const query = { ...queryOf(at), ...(groups ? { by: groups } : at.sort === 'due' ? { sort: 'due' } : {}) };
      await download(`/api/findings${groups ? '/groups' : ''}.${format}?${addressOf(query)}`);
    } catch (error) {
      void message.error(sentence(error), 6);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dropdown trigger={['click']} menu={{ items: [{ key: 'xlsx', label: 'Excel 工作簿' }, { key: 'csv', label: 'CSV 表格' }], onClick: (e) => void take(e.key) }}>
      <Button icon={<DownloadOutlined />} loading={busy}>{groups ? '导出汇总' : '导出'}</Button>
    </Dropdown>
  );
}
