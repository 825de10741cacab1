import { ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Chart } from '../../kit/Chart';
import { Evidence } from '../../kit/Evidence';
import { PlainTable } from '../../kit/PlainTable';
import { Code, count, Money } from '../../kit/small';
import '../../src/base.css';

const months = ['2025-01', '2025-02', '2025-03'].map((name, i) => ({ name, values: [1234.5 * (i + 1), i === 1 ? null : 99] }));

const hospitals = Array.from({ length: 120 }, (_, n) => ({ n, name: `第 ${n} 医院` }));

/** Chart, PlainTable and Evidence as pages use them, with texts that would be scripts or formulas elsewhere. */
function Shown() {
  const [opened, setOpened] = useState('');
  return (
    <main style={{ padding: 16, width: 900 }}>
      <h1>图与经过</h1>
      <p role="status">{opened}</p>
      <Chart label="各月金额" kind="line" series={['疑点', '认定']} unit="yuan" risky={[1]} figures={months} />
      <Chart label="机构排名" kind="ranking" series={['金额']} unit="yuan" figures={[{ name: '=SUM(A1)医院', values: [30000], onOpen: () => setOpened('第一家') }, { name: '<b>第二</b>医院', values: [20000] }]} />
      <Chart label="没有数字" kind="bar" series={['金额']} figures={[]} empty="本月没有疑点" />
      <PlainTable label="各院" rows={hospitals} rowKey={(h) => String(h.n)} columns={[
        { title: '医院', render: (_, h) => <>{h.name}<br /><small>三级</small></> },
        { title: '编码', render: () => <Code copy>000123</Code> },
        { title: '疑点', align: 'right', render: (_, h) => count(h.n * 1001) },
        { title: '金额', align: 'right', render: (_, h) => <Money yuan={h.n === 0 ? null : 1234.5} /> },
        { title: '', render: () => <button>收回</button> },
      ]} />
      <Evidence events={[
        { key: '1', at: '2025-03-01', title: '入院', said: '<i>心内科</i>' },
        { key: '2', at: '2025-03-02T01:30:00Z', title: '重复收费', tone: 'high', body: <p>两次</p> },
        { key: '3', title: '已追回', tone: 'good' },
      ]} />
    </main>
  );
}

createRoot(document.getElementById('root')!).render(<ConfigProvider locale={zhCN} theme={{ token: { motion: false } }}><Shown /></ConfigProvider>);
