import { DownloadOutlined, KeyOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Upload } from 'antd';
import { useState } from 'react';
import { download, sentence, text } from '@api';
import { Code, Facts, Section, Time } from '@kit';
import type { Entry } from './journal';
import { check, type Proven } from './proof';
import { publicKeys } from './sm2';

const kept = 'yiheng.journal.pub';

/**
 * Verify recomputes in the browser that an entry stands in the journal: from the entry and
 * the proof to the root that was signed. The public key comes from a file that the
 * auditor has from elsewhere; one from this server would prove nothing about it.
 */
export function Verify({ n, shown }: { n: number; shown: Entry }) {
  const { message } = App.useApp();
  const [pem, setPem] = useState(() => localStorage.getItem(kept) ?? '');
  const proof = useMutation({
    mutationFn: async (key: string) => {
      const proven = check(await text(`/api/journal/${n}/proof`), key ? publicKeys(key) : []);
      if (proven.entry.actor !== shown.actor || proven.entry.act !== shown.act || Date.parse(proven.entry.at) !== Date.parse(shown.at) || (proven.entry.reason ?? '') !== (shown.reason ?? '')) {
        throw new Error('日志中的这一条与上面显示的内容不同');
      }
      return proven;
    },
  });
  const take = async (file: File) => {
    try {
      const given = await file.text();
      if (publicKeys(given).length === 0) throw new Error('没有公钥（PEM 格式，-----BEGIN PUBLIC KEY-----）');
      localStorage.setItem(kept, given);
      setPem(given);
      proof.mutate(given);
    } catch (error) {
      void message.error(sentence(error));
    }
  };
  return (
    <Section title="核对" extra={
      <span className="spaced">
        <Upload accept=".pub,.pem" showUploadList={false} beforeUpload={(file) => { void take(file); return false; }}>
          <Button size="small" icon={<KeyOutlined />}>{pem ? '更换公钥' : '选择公钥'}</Button>
        </Upload>
        <Button size="small" icon={<DownloadOutlined />} onClick={() => void download(`/api/journal/${n}/proof`).catch((e: unknown) => message.error(sentence(e)))}>下载证明</Button>
        <Button size="small" type="primary" icon={<SafetyCertificateOutlined />} loading={proof.isPending} onClick={() => proof.mutate(pem)}>在浏览器中核对</Button>
      </span>
    }>
      {proof.isError && <Alert type="error" showIcon title={sentence(proof.error)} />}
      {proof.data ? <Held p={proof.data} /> : !proof.isError && <p className="quiet">由浏览器重新计算这一条到已签检查点的全部哈希（SHA-256），并用日志的公钥文件（数据文件夹中的 journal.pub，应另行保管）验证 SM2 签名。</p>}
    </Section>
  );
}

function Held({ p }: { p: Proven }) {
  return (
    <>
      {p.signedBy === undefined
        ? <Alert type="warning" showIcon className="modal-error" title="条目在检查点所签的日志中；检查点由谁所签没有验证" description="选择日志的公钥文件 journal.pub 后再核对一次。" />
        : <Alert type="success" showIcon className="modal-error" title="核对通过：这一条原样在日志中，检查点确由日志的密钥所签" />}
      <Facts items={[['检查点签于', <Time at={p.signedAt} seconds />], ['共签', `${p.size} 条`], ['日志', <Code>{p.origin}</Code>], ['根哈希', <Code>{p.root}</Code>]]} />
    </>
  );
}
