// The page and its interface: HTTP on this machine → use case → JSON. The only place that opens a socket.
export { type ServeOptions, type Serving, serve } from './serve.ts';
