import { DownloadOutlined } from '@ant-design/icons';
import { App, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { download, sentence } from '@api';
import { exportURL, type Asked, type Exported } from './source';

const words = { csv: 'CSV 表格', xlsx: 'Excel 工作簿' } as const;

type Format = keyof typeof words;

/** ExportButton downloads what a table shows, all pages of it. The export is in the journal, and each line bears its mark. */
export function ExportButton({ source, asked, formats }: { source: Exported; asked: Pick<Asked, 'q' | 'filter' | 'sort'>; formats?: readonly Format[] }) {
  return <TakeButton formats={formats} onTake={(format) => download(exportURL(source, asked, format))} />;
}

/** TakeButton downloads something in a form that is asked for. what: what it is of, where several are on a page. */
export function TakeButton({ what, formats = ['csv', 'xlsx'], quiet, onTake }: { what?: string; formats?: readonly Format[]; quiet?: boolean; onTake: (format: Format) => Promise<void> }) {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const take = async (format: Format) => {
    setBusy(true);
    try {
      await onTake(format);
    } catch (error) {
      void message.error(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  const button = { icon: <DownloadOutlined />, loading: busy, 'aria-label': what && `导出：${what}`, ...(quiet && { type: 'text', size: 'small' } as const) };
  if (formats.length === 1) return <Button {...button} onClick={() => void take(formats[0]!)}>导出</Button>;
  return (
    <Dropdown menu={{ items: formats.map((f) => ({ key: f, label: words[f], onClick: () => void take(f) })) }} trigger={['click']}>
      <Button {...button}>导出</Button>
    </Dropdown>
  );
}
