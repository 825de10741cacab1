import { DownloadOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { download, sentence } from '@api';
import { Code, Section, StateTag } from '@kit';
import { useCertificate } from './others';

/** Certificate is what the verdict read, to be downloaded and to be judged again. */
export function Certificate({ id }: { id: string }) {
  const { message } = App.useApp();
  const [asked, setAsked] = useState(false);
  const check = useCertificate(id, asked);
  const c = check.data;
  const take = () => download(`/api/findings/${id}/certificate`).catch((error) => void message.error(sentence(error), 6));
  return (
    <Section title="证书">
      <p className="quiet">判定所用的全部明细、规则和知识点。凭证书可以重新得出判定，不需要原始数据。</p>
      <div className="rv-row">
        <Button size="small" icon={<SafetyCertificateOutlined />} loading={check.isFetching} onClick={() => { setAsked(true); if (asked) void check.refetch(); }}>核验</Button>
        <Button size="small" icon={<DownloadOutlined />} onClick={() => void take()}>下载证书</Button>
      </div>
      {asked && check.isError && <p className="rv-refusal" role="status">{sentence(check.error)}</p>}
      {asked && c && (
        <div role="status" className="rv-check">
          <StateTag tone={c.right ? 'good' : 'high'}>{c.right ? `核验一致：重新得出 ${c.findings} 件疑点` : `不一致：${c.reason}`}</StateTag>
          <div className="faint">规则 {c.rules} 条，知识点 {c.points} 条，明细 {c.lines} 条</div>
          <div className="faint" title={`离线核验：yiheng finding verify ${id}.ndjson`}>SHA-256 <Code>{c.sha256}</Code></div>
        </div>
      )}
    </Section>
  );
}
