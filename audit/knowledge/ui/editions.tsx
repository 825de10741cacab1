import { Button } from 'antd';
import { useState } from 'react';
import { api, useMay, type components } from '@api';
import { Code, DataTable, listOf, ReasonModal, StateTag, To, Who, type Column, type Go, type ListState } from '@kit';
import { oneChange } from './pages';

type Edition = components['schemas']['KnowledgeEdition'];

const source = listOf('/api/knowledge/editions');

/** The editions that came into force, the newest first; the one in force can be taken back. */
export function Editions({ at, go }: { at: ListState; go: Go<any> }) {
  const [asked, setAsked] = useState<number>();
  const decides = useMay('knowledge.decide');
  const columns: readonly Column<Edition>[] = [
    { key: 'id', title: '版次', kind: 'number', width: 70, sorts: true },
    { key: 'current', title: '状态', width: 90, render: (e) => (e.current ? <StateTag tone="good">现行</StateTag> : <StateTag tone="low">历史</StateTag>) },
    { key: 'at', title: '生效时间', kind: 'time', width: 150, sorts: true },
    { key: 'points', title: '知识点', kind: 'number', width: 100, sorts: true },
    { key: 'in_force', title: '参数齐备', kind: 'number', width: 100, sorts: true },
    { key: 'change', title: '由来', render: (e) => <span>{e.change ? <To page={oneChange} params={{ id: String(e.change) }}>第 {e.change} 次变更</To> : <span className="quiet">命令行导入</span>}{e.restores ? <span className="quiet">，恢复第 {e.restores} 版</span> : null}</span> },
    { key: 'by', title: '操作人', width: 190, render: (e) => <Who face={e.by_face} id={e.by} /> },
    { key: 'hash', title: '校验值', width: 160, hidden: true, render: (e) => <span title={e.hash}><Code>{e.hash.slice(0, 16)}</Code></span> },
    ...(decides ? [{ key: 'act', title: '办理', width: 90, render: (e: Edition) => (e.current && e.id > 1 ? <Button size="small" danger onClick={() => setAsked(e.id)}>撤回</Button> : null) }] : []),
  ];
  return (
    <>
      <DataTable label="知识库各版" source={source} columns={columns} rowKey={(e) => String(e.id)} at={at.sort ? at : { ...at, sort: '-id' }} go={go} onOpen={false} empty="还没有知识点" />
      <ReasonModal open={asked !== undefined} danger title={`撤回第 ${asked} 版`} okText="撤回" about="前一版的知识点恢复生效，另成一版；已经作出的筛查不变。" onClose={() => setAsked(undefined)}
        onSend={(reason) => api.POST('/api/knowledge/editions/{id}/take-back', { params: { path: { id: asked! } }, body: { reason } })} />
    </>
  );
}
