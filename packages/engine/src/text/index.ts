import type { LogLines } from "@livekeeper/base/text";
import { englishLines } from "./en-log.ts";
import { chineseLines } from "./zh-log.ts";

// Texts only: `inputs.ts`, which loads error classes, is imported directly.
export { failureHelp, roomTexts } from "./catalogue.ts";
export {
	type FailureFacts,
	type Finding,
	failureText,
	findingText,
	isFailure,
	type Said,
	type SharedTrouble,
	saidText,
} from "./said.ts";
// In Chinese alone: for lines of the log that a room writes itself.
export { kindNames } from "./zh.ts";

/** Lines that this package logs. */
export const logLines: LogLines = { en: englishLines, zh: chineseLines };
