import { queryOptions } from '@tanstack/react-query';
import { api, got, type components } from '@api';
import type { Tone } from '@kit';

export type Paper = components['schemas']['Paper'];
export type PaperView = components['schemas']['PaperView'];
export type PaperBlock = components['schemas']['PaperBlock'];

/** templates are those of which papers are drafted. */
export const templates = queryOptions({ queryKey: ['/api/papers-templates'], staleTime: Infinity, queryFn: async ({ signal }) => got(await api.GET('/api/papers-templates', { signal })) });

export const states: Record<string, { text: string; tone: Tone }> = {
  draft: { text: '草稿', tone: 'middle' },
  issued: { text: '已出具', tone: 'plain' },
  served: { text: '已送达', tone: 'good' },
  void: { text: '已作废', tone: 'low' },
};

export const ways = [
  { value: 'direct', label: '直接送达' },
  { value: 'left', label: '留置送达' },
  { value: 'post', label: '邮寄送达' },
  { value: 'electronic', label: '电子送达' },
  { value: 'entrusted', label: '委托送达' },
  { value: 'notice', label: '公告送达' },
];

/** What no official text confirms stands so in a paper until somebody replaces it. */
export const unconfirmed = '须按本地正式文本核定';

/** fill puts the values of {fields} into a text; {{ and }} are the braces themselves. */
export const fill = (text: string, values: Record<string, string>) =>
  text.replace(/\{\{|\}\}|\{([a-z_]+)\}/g, (all, name?: string) => (all === '{{' ? '{' : all === '}}' ? '}' : (values[name ?? ''] ?? all)));
