import type { ReactNode } from 'react';
import { DownloadOutlined, EditOutlined, FilePdfOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Dropdown } from 'antd';
import { useState } from 'react';
import { api, download, got, useMay } from '@api';
import { Code, Facts, Loading, PageHead, ReasonModal, StateTag, Time, To, useAct, usePage, Who, Wrong } from '@kit';
import { finding } from '../../../audit/review/ui/pages';
import { Edit } from './edit';
import { IssueModal, ServiceModal } from './acts';
import { paper as here } from './pages';
import { Sheet } from './sheet';
import { states, ways, unconfirmed, type PaperView } from './words';

/** A paper: what it says, what became of it, what may be done with it. */
export default function OnePaper(): ReactNode {
  const { at, go, params } = usePage(here);
  const id = params.id!;
  const query = useQuery({ queryKey: ['/api/papers', 'one', id], queryFn: async ({ signal }) => got(await api.GET('/api/papers/{id}', { params: { path: { id } }, signal })) });
  const [shown, setShown] = useState<PaperView['content']>(); // while it is edited, as it is typed
  const p = query.data;
  if (query.isLoadingError) return <Wrong error={query.error} again={() => void query.refetch()} />;
  if (!p) return <Loading lines={12} />;
  const editing = at.edit && p.state === 'draft';
  return (
    <>
      <PageHead thing={p.document || p.title} title={<span className="spaced">{p.title} <StateTag tone={states[p.state]!.tone}>{states[p.state]!.text}</StateTag></span>} about={p.document || '出具时取得文号'}>
        {!editing && <Acts p={p} onEdit={() => go({ edit: true })} />}
      </PageHead>
      <div className="paper-page">
        <Sheet paper={p} content={(editing && shown) || p.content} />
        <aside className="paper-aside" aria-label={editing ? '改稿' : '文书情况'}>
          {editing ? <Edit p={p} onShown={setShown} onClose={() => { setShown(undefined); go({ edit: false }); }} /> : <About p={p} />}
        </aside>
      </div>
    </>
  );
}

function About({ p }: { p: PaperView }) {
  const findings = p.subjects.filter((s) => s.kind === 'review.finding');
  const doubtful = p.state === 'draft' && Object.values(p.content.fields).some((v) => v.includes(unconfirmed));
  return (
    <>
      {doubtful && <Alert className="modal-error" type="warning" showIcon title={`“${unconfirmed}”的地方，请在出具前改为本地正式文本的规定。`} />}
      {p.lost_now && <Alert className="modal-error" type="warning" showIcon title={`这些字印不出来，出具时要逐字确认：${[...p.lost_now].join(' ')}`} />}
      {p.state === 'void' && <Alert className="modal-error" type="warning" showIcon title={`已作废：${p.void_reason ?? ''}`} />}
      <Facts columns={1} items={[
        ['编号', <Code copy>{p.id}</Code>],
        ['文号', p.document && <Code copy>{p.document}</Code>],
        ['发文机关', p.organ_name],
        ['受送达人', p.recipient_name],
        ['拟稿', <span className="spaced"><Time at={p.drafted_at} /><Who face={p.faces[p.drafted_by]} id={p.drafted_by} />{p.edits > 0 && <span className="quiet">改过 {p.edits} 次</span>}</span>],
        Boolean(p.issued_at) && ['出具', <span className="spaced"><Time at={p.issued_at} /><Who face={p.faces[p.issued_by!]} id={p.issued_by} /></span>],
        Boolean(p.served_day) && ['送达', <span className="spaced"><span className="figures">{p.served_day}</span>{ways.find((w) => w.value === p.served_how)?.label}{p.served_to}</span>],
        Boolean(p.served_note) && ['送达说明', p.served_note],
        Boolean(p.void_at) && ['作废', <span className="spaced"><Time at={p.void_at} /><Who face={p.faces[p.void_by!]} id={p.void_by} /></span>],
        Boolean(p.lost) && ['印作“〓”的字', p.lost],
        findings.length > 0 && [`疑点　${findings.length} 条`, <Subjects ids={findings.map((s) => s.id)} />],
        Boolean(p.sha256) && ['SHA-256', <Code copy>{p.sha256}</Code>],
        Boolean(p.sm3) && ['SM3', <Code copy>{p.sm3}</Code>],
      ]} />
    </>
  );
}

/** Subjects are the findings that a paper is about, the first of many. */
function Subjects({ ids }: { ids: string[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? ids : ids.slice(0, 8);
  return (
    <ul className="plain-list">
      {shown.map((id) => <li key={id}><To page={finding} params={{ id }}><Code>{id}</Code></To></li>)}
      {shown.length < ids.length && <li><Button type="link" size="small" style={{ padding: 0 }} onClick={() => setAll(true)}>显示全部 {ids.length} 条</Button></li>}
    </ul>
  );
}

function Acts({ p, onEdit }: { p: PaperView; onEdit: () => void }) {
  const [asking, setAsking] = useState<'issue' | 'serve' | 'void'>();
  const may = { write: useMay('paper.write'), issue: useMay('paper.issue'), serve: useMay('paper.serve'), cancel: useMay('paper.void') };
  const fetchFile = useAct((what: string) => download(what.startsWith('/') ? what : `/api/papers/${p.id}/${what}`));
  const draft = p.state === 'draft';
  const sealed = Boolean(p.sha256);
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items: [
        ...(draft ? [{ key: 'preview', label: 'PDF（草稿）' }] : []),
        ...(sealed ? [{ key: 'pdf', label: 'PDF（正本）' }] : []),
        { key: 'docx', label: 'DOCX' },
        ...(sealed ? [{ key: 'sig', label: '签名' }, { key: '/api/papers-key', label: '核验签名的公钥' }] : []),
      ], onClick: ({ key }) => fetchFile.mutate(key) }}>
        <Button icon={draft ? <FilePdfOutlined /> : <DownloadOutlined />} loading={fetchFile.isPending}>下载</Button>
      </Dropdown>
      {may.cancel && p.state !== 'void' && <Button danger onClick={() => setAsking('void')}>作废</Button>}
      {draft && may.write && <Button icon={<EditOutlined />} onClick={onEdit}>改稿</Button>}
      {draft && may.issue && <Button type="primary" onClick={() => setAsking('issue')}>出具</Button>}
      {p.state === 'issued' && may.serve && <Button type="primary" onClick={() => setAsking('serve')}>登记送达</Button>}
      <IssueModal p={p} open={asking === 'issue'} onClose={() => setAsking(undefined)} />
      <ServiceModal p={p} open={asking === 'serve'} onClose={() => setAsking(undefined)} />
      <ReasonModal open={asking === 'void'} danger title={`作废 ${p.document || p.id}`} okText="作废" about="文号不再使用，受送达人会看到文书已作废。" onClose={() => setAsking(undefined)}
        onSend={(reason) => api.POST('/api/papers/{id}/void', { params: { path: { id: p.id } }, body: { reason } })} />
    </>
  );
}
