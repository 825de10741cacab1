import type { components } from '@api';
import { count, Money } from '@kit';

export type RunView = components['schemas']['RunView'];
export type RunResult = components['schemas']['RunResult'];
export type RunSum = components['schemas']['RunSum'];

/** Sum is findings with their money; nothing for none. */
export const Sum = ({ of }: { of?: RunSum }) => (!of || of.findings === 0 ? <span className="faint">0</span> : <span className="figures">{count(of.findings)}</span>);
export const Amount = ({ of }: { of?: RunSum }) => <Money yuan={of && of.findings > 0 ? of.amount : ''} />;

/** span writes seconds as 3 分 20 秒. */
export const span = (seconds: number) => (seconds < 60 ? `${seconds} 秒` : seconds < 3600 ? `${Math.floor(seconds / 60)} 分 ${seconds % 60} 秒` : `${Math.floor(seconds / 3600)} 时 ${Math.floor((seconds % 3600) / 60)} 分`);

/** What rules that ran by thresholds of the software are headed by: they are no gaps, but somebody has to confirm the thresholds. */
export const defaultsTitle = '用默认阈值判定的规则（须按本地正式文本核定）';

/** byDefaults says that a gap of a summary names such rules. */
export const byDefaults = (g: { why: string }) => g.why.startsWith('含随软件提供的默认阈值');
