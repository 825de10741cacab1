import { useQuery } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { useState } from 'react';
import { api, got } from '@api';
import { kinds } from './words';

/** useOrganisations looks for organisations by code or name. */
export function useOrganisations(typed: string) {
  return useQuery({
    queryKey: ['/api/organisations', 'choose', typed],
    queryFn: async ({ signal }) => got(await api.GET('/api/organisations', { params: { query: { q: typed || undefined, limit: 50 } }, signal })).items ?? [],
  });
}

/** OrganisationField chooses an organisation; what is typed looks for it. */
export function OrganisationField({ name, label, required = true, extra, onChosen }: { name: string; label: string; required?: boolean; extra?: string; onChosen?: (kind: string | undefined) => void }) {
  const [typed, setTyped] = useState('');
  const { data = [], isFetching } = useOrganisations(typed);
  return (
    <Form.Item name={name} label={label} extra={extra} rules={required ? [{ required: true, message: `请选择${label}` }] : []}>
      <Select showSearch={{ filterOption: false, onSearch: setTyped }} allowClear={!required} loading={isFetching} placeholder="输入名称或编码查找" notFoundContent="没有找到"
        onChange={(code) => onChosen?.(data.find((o) => o.code === code)?.kind)}
        options={data.filter((o) => !o.closed).map((o) => ({ value: o.code, label: <span>{o.name} <span className="faint">{o.code} · {kinds[o.kind]}</span></span> }))} />
    </Form.Item>
  );
}

/** IdentityFields are name, phone and certificate number of a person, sealed where they are kept. */
export function IdentityFields({ at }: { at: string[] }) {
  return (
    <>
      <Form.Item name={[...at, 'name']} label="姓名" rules={[{ required: true, whitespace: true, message: '请输入姓名' }]}>
        <Input maxLength={50} autoComplete="off" />
      </Form.Item>
      <Form.Item name={[...at, 'phone']} label="电话"><Input className="code" maxLength={20} autoComplete="off" /></Form.Item>
      <Form.Item name={[...at, 'certno']} label="证件号" extra="加密保存，列表中遮盖显示"><Input className="code" maxLength={30} autoComplete="off" /></Form.Item>
    </>
  );
}
