import { Modal } from 'antd';
import { Factor } from './Factor';

/** EnrolFactor enrols a second factor over a page. */
export function EnrolFactor({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} title="启用动态口令" footer={null} mask={{ closable: false }} onCancel={onClose} width={540} destroyOnHidden>
      <Factor onDone={onClose} />
    </Modal>
  );
}
