import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useState, type CSSProperties } from 'react';
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
  const say = (day: string) => {
    if (day !== (value ?? '') && !(min && day && day < min) && !(max && day && day > max)) onChange?.(day);
  };
  const typed = (text: string) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(text) || !dayjs(text).isValid()) return;
    say(text);
    setOpen(false); // who types needs no calendar
  };
  return (
    <span onInput={(e) => typed((e.target as HTMLInputElement).value.trim())}>
      <DatePicker {...rest} open={open} onOpenChange={setOpen} style={{ width: '100%', ...style }} aria-label={label} placeholder={placeholder} prefix={prefix && <span className="faint">{prefix}</span>} value={value ? dayjs(value) : null} defaultPickerValue={dayjs(today())}
        minDate={min ? dayjs(min) : undefined} maxDate={max ? dayjs(max) : undefined} showNow={false} onChange={(day) => say(day?.format('YYYY-MM-DD') ?? '')} />
    </span>
  );
}
