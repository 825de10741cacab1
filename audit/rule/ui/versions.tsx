import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMay, type components } from '@api';
import { DataTable, listOf, PageHead, useGoTo, usePage, Who, type Column } from '@kit';
import { classes, oneVersion, versions as here } from './pages';
import { choices, states, VersionState } from './words';

type Line = components['schemas']['VersionLine'];

const source = listOf('/api/rule-versions');

const columns: readonly Column<Line>[] = [
  { key: 'id', title: '编号', kind: 'code', width: 92, sorts: true },
  { key: 'name', title: '规则', sorts: true, render: (v) => <span title={v.rule_id}>{v.name}{!v.overrides && <span className="faint">（地方新增）</span>}</span> },
  { key: 'label', title: '版本', kind: 'code', width: 116, sorts: true },
  { key: 'region', title: '区划', kind: 'region', width: 78, sorts: true },
  { key: 'state', title: '状态', width: 84, choices: choices(states), render: (v) => <VersionState of={v.state} /> },
  { key: 'from', title: '适用的服务日', width: 164, sorts: true, render: (v) => <span className="figures">{`${v.from} 至 ${v.to || '不限'}`}</span> },
  { key: 'document', title: '文件', width: 140 },
  { key: 'author', title: '起草人', width: 124, render: (v) => <Who face={v.author_face} id={v.author} /> },
  { key: 'authored_at', title: '起草时间', kind: 'time', width: 130, sorts: true },
];

/** The versions that regions keep of rules, from draft to retirement. */
export default function Versions() {
  const { at, go } = usePage(here);
  const goTo = useGoTo();
  const writes = useMay('rule.write');
  return (
    <>
      <PageHead title="规则版本" about="地方在国家规则之上调整参数、结论、环节和知识点，或新增规则。起草、审核、启用由不同人员办理，启用前在历史数据和合规城市中试运行。">
        {writes && <Button type="primary" icon={<PlusOutlined />} onClick={() => goTo(classes, { at: { filter: ['executable:true'] } })}>从规则目录起草</Button>}
      </PageHead>
      <DataTable label="规则版本" source={source} columns={columns} rowKey={(v) => v.id} at={at} go={go} searches="编号、规则、区划、文件" onOpen={(v) => goTo(oneVersion, { params: { id: v.id } })}
        empty="还没有地方版本，各地按随程序发布的国家规则判定" />
    </>
  );
}
