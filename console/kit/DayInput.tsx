import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useRef, useState, type CSSProperties } from 'react';
import { today } from '@api';

export interface DayInputProps {
  id?: string;
  /** A day as 2026-01-02; empty: none. */
  value?: string;
  onChange?: (day: string) => void;
  label?: string;
  placeholder?: string;
  prefix?: string;
  min?: string;
  max?: string;
  disabled?: boolean;
  style?: CSSProperties;
}

/** DayInput asks for a day, typed as 2026-01-02 or chosen; its calendar opens at the server's today. As a field of a form it stands for itself. */
export function DayInput({ value, onChange, label, prefix, min, max, style, placeholder = '年-月-日', ...rest }: DayInputProps) {
  const [open, setOpen] = useState(false);
  const types = useRef(false); // who types a day needs no calendar, until it is asked for by the pointer
  const say = (day: string) => {
    if (day !== (value ?? '') && !(min && day && day < min) && !(max && day && day > max)) onChange?.(day);
  };
  const typed = (text: string) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(text) || !dayjs(text).isValid()) return;
    say(text);
    types.current = true;
    setOpen(false);
  };
  return (
    <span onPointerDown={() => { types.current = false; }} onInput={(e) => typed((e.target as HTMLInputElement).value.trim())}>
      <DatePicker {...rest} open={open} onOpenChange={(to) => setOpen(to && !types.current)} style={{ width: '100%', ...style }} aria-label={label} placeholder={placeholder} prefix={prefix && <span className="faint">{prefix}</span>} value={value ? dayjs(value) : null} defaultPickerValue={dayjs(today())}
        minDate={min ? dayjs(min) : undefined} maxDate={max ? dayjs(max) : undefined} showNow={false} onChange={(day) => say(day?.format('YYYY-MM-DD') ?? '')} />
    </span>
  );
}
