import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, type FormInstance } from 'antd';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Problem, sentence } from '@api';

/**
 * useAct does something on the server: on success it says so and whatever lists are
 * shown are read again; a refusal is shown where it was asked for.
 */
export function useAct<A, R>(act: (asked: A) => Promise<R>, how: { done?: string | ((result: R) => string | undefined); then?: (result: R, asked: A) => void; quiet?: boolean } = {}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (result, asked) => {
      void queries.invalidateQueries();
      const done = typeof how.done === 'function' ? how.done(result) : how.done;
      if (done) void message.success(done);
      how.then?.(result, asked);
    },
    onError: (error) => {
      if (!how.quiet) void message.error(sentence(error), 6);
    },
  });
}

export interface FormModalProps<V extends object> {
  open: boolean;
  title: ReactNode;
  /** Before the fields: what will happen. */
  about?: ReactNode;
  okText?: string;
  danger?: boolean;
  width?: number;
  initial?: Partial<V>;
  /** Sends what was filled in; throws the server's Problem, whose faults are shown at the fields. */
  onSend: (values: V) => Promise<unknown>;
  onClose: () => void;
  /** The fields, Form.Item with names as in the request's body. */
  children: ReactNode | ((form: FormInstance<V>) => ReactNode);
}

/** FormModal asks for some values and sends them. Each opening begins anew; what was typed stays until it was accepted. */
export function FormModal<V extends object>(p: FormModalProps<V>) {
  const openings = useRef({ open: false, n: 0 });
  if (p.open !== openings.current.open) openings.current = { open: p.open, n: openings.current.n + (p.open ? 1 : 0) };
  return openings.current.n > 0 ? <OpenedModal key={openings.current.n} {...p} /> : null;
}

function OpenedModal<V extends object>(p: FormModalProps<V>) {
  const name = useId();
  const [form] = Form.useForm<V>();
  const send = useAct(p.onSend, { quiet: true, then: () => p.onClose() });
  const [unplaced, setUnplaced] = useState<string[]>([]);
  useEffect(() => setUnplaced(send.error instanceof Problem ? placeFaults(form, send.error) : []), [send.error, form]);
  return (
    <Modal
      open={p.open}
      title={p.title}
      width={p.width ?? 480}
      okText={p.okText ?? '确定'}
      cancelText="返回"
      okButtonProps={{ danger: p.danger, loading: send.isPending }}
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={p.onClose}
      forceRender
    >
      {p.about && <div className="modal-about">{p.about}</div>}
      {send.error && <Alert type="error" showIcon title={unplaced.length > 0 ? unplaced.join('；') : sentence(send.error)} className="modal-error" />}
      <Form<V> form={form} name={name} layout="vertical" initialValues={p.initial} onFinish={(values) => send.mutate(values)} requiredMark={(label, { required }) => (<>{label}{!required && <span className="faint">（选填）</span>}</>)} scrollToFirstError>
        {typeof p.children === 'function' ? p.children(form) : p.children}
      </Form>
    </Modal>
  );
}

/** placeFaults shows the server's faults at the fields that they name, and returns those that no field has; body.identity.name is the field ['identity', 'name']. */
function placeFaults<V extends object>(form: FormInstance<V>, problem: Problem): string[] {
  const unplaced: string[] = [];
  const fields = problem.faults.flatMap((f) => {
    const name = f.location.replace(/^body\.?/, '').split(/[.[\]]+/).filter(Boolean);
    if (name.length > 0 && form.getFieldInstance(name as never)) return [{ name, errors: [f.message] }];
    unplaced.push(f.message);
    return [];
  });
  form.setFields(fields as never);
  return unplaced;
}

/** ConfirmModal asks whether, and does it: for acts for which no reason is asked. */
export function ConfirmModal(p: Omit<FormModalProps<object>, 'children' | 'initial' | 'onSend'> & { onSend: () => Promise<unknown> }) {
  return <FormModal<object> {...p}>{null}</FormModal>;
}

export interface ReasonModalProps {
  open: boolean;
  title: ReactNode;
  about?: ReactNode;
  okText?: string;
  danger?: boolean;
  onSend: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

/** ReasonModal asks why, and does it. The reason stands in the journal. */
export function ReasonModal(p: ReasonModalProps) {
  return (
    <FormModal<{ reason: string }> {...p} onSend={(values) => p.onSend(values.reason.trim())}>
      <ReasonField />
    </FormModal>
  );
}

/** ReasonField is the reason of an act, in any form. */
export function ReasonField({ label = '理由' }: { label?: string }) {
  return (
    <Form.Item name="reason" label={label} rules={[{ required: true, whitespace: true, message: '请写明理由' }, { min: 2, max: 200, message: '2 到 200 个字' }]} extra="记入操作日志，不要写个人身份信息">
      <Input.TextArea rows={3} maxLength={200} showCount />
    </Form.Item>
  );
}
