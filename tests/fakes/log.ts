import type { Log, LogFields, LogLine } from "../../lib/log.ts";

export interface Captured {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export function captureLog(): { log: Log; lines: Captured[] } {
  const lines: Captured[] = [];
  const at = (level: string): LogLine => (message, fields = {}) =>
    void lines.push({ level, message, fields });
  const log = {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
  return { log, lines };
}
