import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { download, sentence } from '@api';
import { exportURL, type Asked, type Exported } from './source';

const words = { csv: 'CSV 表格', xlsx: 'Excel 工作簿' } as const;

/** ExportButton downloads what a table shows, all pages of it. The export is in the journal, and each line bears its mark. */
export function ExportButton({ source, asked, formats = ['csv', 'xlsx'] }: { source: Exported; asked: Pick<Asked, 'q' | 'filter' | 'sort'>; formats?: readonly ('csv' | 'xlsx')[] }) {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const take = async (format: 'csv' | 'xlsx') => {
    setBusy(true);
    try {
      await download(exportURL(source, asked, format));
    } catch (error) {
      void message.error(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  if (formats.length === 1) {
    return <Button icon={<DownloadOutlined />} loading={busy} onClick={() => void take(formats[0]!)}>导出</Button>;
  }
  return (
    <Dropdown menu={{ items: formats.map((f) => ({ key: f, label: words[f], onClick: () => void take(f) })) }} trigger={['click']}>
      <Button icon={<DownloadOutlined />} loading={busy}>导出</Button>
    </Dropdown>
  );
}
