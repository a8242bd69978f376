import { userInfo } from 'node:os';

/** Who works here, as the operating system calls them; undefined where it knows no name. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
