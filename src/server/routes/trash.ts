import { showTrash } from '../../engine/index.ts';
import { API, type Routes } from '../instance.ts';

export function trashRoutes({ server, app }: Routes): void {
  server.get(`${API}/trash`, {}, () => showTrash(app));
}
