export { ConfirmModal, FormModal, ReasonField, ReasonModal, useAct } from './Ask';
export { DataTable, type Column, type DataTableProps } from './DataTable';
export { ExportButton } from './ExportButton';
export { FilterBar, type Choice } from './FilterBar';
export { allowed, groups, page, To, useGoTo, usePage, type Go, type Page } from './page';
export { flag, listFields, many, oneOf, text, whole, type ListState, type State } from './search';
export { Side } from './Side';
export { Caution, Code, count, Facts, instant, Loading, Money, money, Nothing, PageHead, RiskTag, Section, StateTag, Time, Wrong, type Tone } from './small';
export { listOf, type Asked, type Rows, type Source } from './source';
