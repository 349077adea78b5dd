/*
 * Words, and no more: whoever needs one word loads them all, also the threads of the event log at their start. What loads
 * a library to find its words (`issues.ts`) or classes of errors (`inputs.ts`) is imported from its own file.
 */

export { apiSentences, apiText } from "./api.ts";
export { apiPageTexts } from "./api-page.ts";
export { checkTexts, noSuchKind, noTime, timeFormats } from "./checks.ts";
export { commandFailures } from "./cli.ts";
export { clusterTexts, nodeTexts } from "./cluster.ts";
export { commanderInChinese, commandTexts, helpTexts, helpTitles } from "./commands.ts";
export { chineseOptions, configTexts } from "./config.ts";
export { coverageTexts } from "./coverage.ts";
export { doctorTexts } from "./doctor.ts";
export { failureHelp, failureNames, failureText, isFailure } from "./failures.ts";
export { type Finding, findingText, healthTexts } from "./health.ts";
export { identityStateTexts } from "./identity-states.ts";
export { importTexts } from "./import.ts";
export { acceptedLanguage, askedLanguage, languageOf, languageOfTag } from "./language.ts";
export { linkTexts } from "./links.ts";
export { moneyTexts } from "./money.ts";
export { officialTexts } from "./official.ts";
export { probeText, stepNames } from "./probe.ts";
export { endTexts } from "./readers.ts";
export { liveIdHint, liveIdTexts, replyTexts, requestTexts, seriesTexts } from "./requests.ts";
export { decisionTexts, identityTexts, permitTexts, roomTexts } from "./rooms.ts";
export { faultNames, jumpText, readyTexts, storageTexts } from "./storage.ts";
export { ageTexts, codeNames, eventTexts, listTexts, screenTexts, statusTexts } from "./tables.ts";
export { type Language, languages, sentence, type Text, verbatim } from "./text.ts";
export { deliveryText, webhookTexts } from "./webhooks.ts";
