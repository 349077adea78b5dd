import type { LogLines } from "@livekeeper/base/text";
import { englishLines } from "./en-log.ts";
import { chineseLines } from "./zh-log.ts";

export * from "./catalogue.ts";
export { deliveryText, patternText } from "./delivery.ts";

/** Lines that this package logs. */
export const logLines: LogLines = { en: englishLines, zh: chineseLines };
