import { ROLES } from '../../contract/index.ts';
import { API, type Routes } from '../instance.ts';

/** What a column can mean. */
export function roleRoutes({ server }: Routes): void {
  server.get(`${API}/roles`, {}, async () => ({
    roles: Object.entries(ROLES).map(([role, { unique, meaning }]) => ({ role, unique, meaning })),
  }));
}
