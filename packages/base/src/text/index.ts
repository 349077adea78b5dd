/*
 * Texts only: importing one loads them all, also in the threads of the event log at their start. Files that load a
 * library for their texts (`issues.ts`) or error classes (`inputs.ts`) are imported directly.
 */

export * from "./catalogue.ts";
export { commanderInChinese, helpTitles } from "./commander.ts";
export { englishLine } from "./en-log.ts";
export { acceptedLanguage, askedLanguage, languageOf, languageOfTag } from "./language.ts";
export { launch } from "./launch.ts";
export { probeText } from "./probe.ts";
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

export { deliveryText, patternText } from "./targets.ts";
export { inLanguage, type Language, languages, listed, sentence, type Text, verbatim } from "./text.ts";
// In Chinese alone: for lines of the log that a room writes itself.
export { kindNames } from "./zh.ts";
export { apiText, apiTexts } from "./zh-api.ts";
export { isKnownEvent, logLine } from "./zh-log.ts";
