import { queryOptions } from '@tanstack/react-query';
import { api, got } from './client';

/** loginWays say how people can log in here. */
export const loginWays = queryOptions({ queryKey: ['/api/login'], queryFn: async () => got(await api.GET('/api/login')) });
