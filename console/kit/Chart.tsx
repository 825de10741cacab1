import { TableOutlined } from '@ant-design/icons';
import { Button, Modal, Table } from 'antd';
import type { EChartsOption } from 'echarts';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { TakeButton } from './ExportButton';
import { count, money, Nothing } from './small';
import { take, type Taken } from './take';

/** Figure is a row of what is drawn: what it is of, and its values by the names of the series. */
export interface Figure {
  name: string;
  values: readonly (number | null)[];
  /** Drills down: what to do when it is clicked. */
  onOpen?: () => void;
}

export interface ChartProps {
  /** What is drawn, for the table's heading and for whoever hears the page. */
  label: string;
  kind: 'bar' | 'ranking' | 'line' | 'stack';
  /** The names of the series, in the order of a figure's values. */
  series: readonly string[];
  figures: readonly Figure[];
  unit?: 'yuan' | 'count' | 'percent';
  height?: number;
  /** Marks what is risky: the series of the same place is red. */
  risky?: readonly number[];
  empty?: ReactNode;
}

const ink = ['#1f5b8f', '#7fa6c9', '#4d5763', '#b9c4cf', '#8a6d3b', '#5e8f7b'];

/**
 * Chart draws figures, and shows them as a table on request: whatever is drawn can be
 * read, downloaded and drilled down. 'ranking' are bars from the left, the first on top.
 * ECharts is loaded when the first chart is shown.
 */
export function Chart(p: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof import('./echarts').init>>(undefined);
  const now = useRef(p);
  now.current = p;
  const [asTable, setAsTable] = useState(false);
  const height = p.height ?? (p.kind === 'ranking' ? Math.max(120, p.figures.length * 26 + 24) : 240);
  const nothing = p.figures.length === 0;

  useEffect(() => {
    if (nothing || !box.current) return;
    const element = box.current;
    let gone = false;
    const size = new ResizeObserver(() => chart.current?.resize());
    void import('./echarts').then(({ init }) => {
      if (gone) return;
      const drawn = init(element, undefined, { renderer: 'svg' });
      chart.current = drawn;
      drawn.setOption(options(now.current, element));
      drawn.on('finished', () => element.querySelector('svg')?.setAttribute('viewBox', `0 0 ${drawn.getWidth()} ${drawn.getHeight()}`)); // on paper it is as wide as the sheet
      drawn.on('click', (e) => now.current.figures[e.dataIndex]?.onOpen?.());
      size.observe(element);
    });
    return () => {
      gone = true;
      size.disconnect();
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, [nothing]);
  useEffect(() => void (box.current && chart.current?.setOption(options(p, box.current), true)), [p]);

  if (nothing) return <Nothing>{p.empty ?? '没有可以画出的数字'}</Nothing>;
  return (
    <div className="chart-box">
      <Button className="chart-table no-print" size="small" type="text" icon={<TableOutlined />} aria-label={`${p.label}：看表格`} title="看表格" onClick={() => setAsTable(true)} />
      <div ref={box} className="chart" style={{ height }} role="img" aria-label={p.label} />
      <Modal open={asTable} title={p.label} footer={<TakeButton onTake={(format) => take(figuresOf(p), format)} />} onCancel={() => setAsTable(false)} width={640}>
        <Table size="small" pagination={p.figures.length > 20 ? { pageSize: 20 } : false} dataSource={p.figures.map((f, i) => ({ ...f, key: i }))}
          columns={[
            { title: '', dataIndex: 'name', render: (name: string, f) => (f.onOpen ? <Button type="link" size="small" onClick={f.onOpen}>{name}</Button> : name) },
            ...p.series.map((s, i) => ({ title: s, key: s, align: 'right' as const, render: (_: unknown, f: Figure) => <span className="figures">{written(f.values[i], p.unit)}</span> })),
          ]} />
      </Modal>
    </div>
  );
}

/** written is a value as its unit is written. */
function written(value: number | null | undefined, unit: ChartProps['unit']): string {
  if (value === null || value === undefined) return '—';
  return unit === 'yuan' ? money(value) : unit === 'percent' ? `${(value * 100).toFixed(1)}%` : count(value);
}

/** brief is a value on an axis: 12.3万元, 4.5亿元. */
function brief(value: number, unit: ChartProps['unit']): string {
  if (unit === 'percent') return `${Math.round(value * 100)}%`;
  const size = Math.abs(value);
  const of = unit === 'yuan' && value !== 0 ? '元' : '';
  return (size >= 1e8 ? `${+(value / 1e8).toFixed(1)}亿` : size >= 1e4 ? `${+(value / 1e4).toFixed(1)}万` : count(+value.toFixed(2))) + of;
}

function options(p: ChartProps, around: Element): EChartsOption {
  const font = getComputedStyle(around).fontFamily.replaceAll('"', "'");
  const names = { type: 'category' as const, data: p.figures.map((f) => f.name), axisTick: { show: false }, axisLine: { lineStyle: { color: '#cdd3da' } }, axisLabel: { fontFamily: font, color: '#4d5763', width: 180, overflow: 'truncate' as const }, inverse: p.kind === 'ranking' };
  const values = { type: 'value' as const, splitLine: { lineStyle: { color: '#eef1f4' } }, axisLabel: { fontFamily: font, color: '#5d6773', formatter: (v: number) => brief(v, p.unit) } };
  return {
    animation: false,
    textStyle: { fontFamily: font, fontSize: 12 },
    color: ink,
    grid: { left: 8, right: p.kind === 'ranking' ? 104 : 24, top: p.series.length > 1 ? 32 : 16, bottom: 8, outerBoundsMode: 'same' },
    legend: p.series.length > 1 ? { top: 0, left: 0, icon: 'roundRect', itemWidth: 10, itemHeight: 10, textStyle: { color: '#4d5763' } } : undefined,
    tooltip: { trigger: 'axis', renderMode: 'richText', valueFormatter: (v) => written(v as number, p.unit) },
    xAxis: p.kind === 'ranking' ? values : names,
    yAxis: p.kind === 'ranking' ? names : values,
    series: p.series.map((name, i) => ({
      name,
      type: p.kind === 'line' ? ('line' as const) : ('bar' as const),
      stack: p.kind === 'stack' ? 'all' : undefined,
      barMaxWidth: 18,
      label: p.kind === 'ranking' && p.series.length === 1 ? { show: true, position: 'right' as const, color: '#4d5763', fontSize: 12, formatter: (e: { value?: unknown }) => written(Number(e.value), p.unit) } : undefined,
      symbolSize: 5,
      data: p.figures.map((f) => f.values[i] ?? null),
      itemStyle: p.risky?.includes(i) ? { color: '#b3261e' } : undefined,
      lineStyle: p.risky?.includes(i) ? { color: '#b3261e' } : undefined,
    })) as EChartsOption['series'],
  };
}

/** figuresOf is what is drawn, as a table. */
const figuresOf = (p: ChartProps): Taken => ({
  title: p.label,
  columns: [{ title: '项目', kind: 'text' }, ...p.series.map((title) => ({ title, kind: p.unit === 'yuan' ? ('money' as const) : ('number' as const) }))],
  rows: p.figures.map((f) => [f.name, ...f.values.map((v) => (v === null ? '' : p.unit === 'yuan' ? v.toFixed(2) : String(v)))]),
});
