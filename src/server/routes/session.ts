import Type from 'typebox';
import { API, type Routes } from '../instance.ts';

const Session = Type.Object({
  csrf_token: Type.String({ description: 'to be sent as x-csrf-token with every change' }),
  version: Type.String(),
  appdata: Type.String(),
  warnings: Type.Array(Type.String()),
});

/** Who asks, and with whom it talks. */
export function sessionRoutes({ server, app, version }: Routes): void {
  server.get(`${API}/session`, { schema: { response: { 200: Session } } }, async ({ csrfToken }) => ({
    csrf_token: csrfToken,
    version,
    appdata: app.paths.root,
    warnings: [...app.warnings],
  }));
}
