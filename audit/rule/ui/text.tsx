import { CopyOutlined, DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useMemo, useRef, type RefObject } from 'react';

/** Mark is a place in a text that something is wrong with: lines and columns from 1, in characters. */
export interface Mark { line: number; column: number; text: string }

/** TextView is a text that is read, with the numbers of its lines. */
export function TextView({ text, name }: { text: string; name: string }) {
  const { message } = App.useApp();
  const keep = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/yaml' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <>
      <div className="spaced held-asked">
        <Button size="small" icon={<CopyOutlined />} onClick={() => void navigator.clipboard.writeText(text).then(() => message.success('已复制'))}>复制</Button>
        <Button size="small" icon={<DownloadOutlined />} onClick={keep}>下载</Button>
      </div>
      <div className="text-view" tabIndex={0} role="region" aria-label={name}>
        <Numbers text={text} />
        <pre>{text}</pre>
      </div>
    </>
  );
}

const Numbers = ({ text, marks }: { text: string; marks?: readonly Mark[] }) => {
  const wrong = new Set(marks?.map((m) => m.line));
  return <div className="text-numbers" aria-hidden>{text.split('\n').map((_, i) => <span key={i} className={wrong.has(i + 1) ? 'is-wrong' : undefined}>{i + 1}</span>)}</div>;
};

export interface TextEditorProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  marks?: readonly Mark[];
  rows?: number;
  /** Where the caret is, for what is put in from beside. */
  field?: RefObject<HTMLTextAreaElement | null>;
}

/**
 * TextEditor is a field for a text with numbered lines; what is wrong is underlined at its
 * place. It is a textarea over a copy of its text: the same letters stand at the same
 * places, whatever their widths.
 */
export function TextEditor({ label, value, onChange, marks = [], rows = 24, field }: TextEditorProps) {
  const own = useRef<HTMLTextAreaElement>(null);
  const area = field ?? own;
  const behind = useRef<HTMLPreElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const scroll = () => {
    if (!area.current || !behind.current || !numbers.current) return;
    behind.current.scrollTop = numbers.current.scrollTop = area.current.scrollTop;
    behind.current.scrollLeft = area.current.scrollLeft;
  };
  useEffect(scroll, [value]);
  const pieces = useMemo(() => marked(value, marks), [value, marks]);
  return (
    <div className="text-editor" style={{ height: rows * 20 + 16 }}>
      <div className="text-gutter" ref={numbers}><Numbers text={value} marks={marks} /></div>
      <div className="text-field">
        <pre ref={behind} aria-hidden>{pieces}{'\n'}</pre>
        <textarea ref={area} aria-label={label} aria-invalid={marks.length > 0} value={value} wrap="off" spellCheck={false} autoCapitalize="off" autoComplete="off" onScroll={scroll} onChange={(e) => onChange(e.target.value)}
          onKeyDown={(e) => {
            if (e.key !== 'Tab' || e.shiftKey || e.ctrlKey || e.altKey) return;
            e.preventDefault();
            put(e.currentTarget, '  ', onChange);
          }} />
      </div>
    </div>
  );
}

/** put writes a text where the caret is. */
export function put(area: HTMLTextAreaElement, text: string, onChange: (value: string) => void) {
  const from = area.selectionStart;
  onChange(area.value.slice(0, from) + text + area.value.slice(area.selectionEnd));
  requestAnimationFrame(() => {
    area.focus();
    area.selectionStart = area.selectionEnd = from + text.length;
  });
}

/** marked cuts a text at what is wrong: the character there, or the end of the line. */
function marked(text: string, marks: readonly Mark[]) {
  if (marks.length === 0) return text;
  return text.split('\n').map((line, i) => {
    const at = marks.find((m) => m.line === i + 1);
    const letters = [...line];
    if (!at) return <span key={i}>{line}{'\n'}</span>;
    const k = Math.min(at.column - 1, letters.length);
    return <span key={i}>{letters.slice(0, k).join('')}<mark>{letters[k] ?? ' '}</mark>{letters.slice(k + 1).join('')}{'\n'}</span>;
  });
}
