export * from "./catalogue.ts";
export { commanderInChinese, helpTitles } from "./commander.ts";
export { isKnownEvent, logLines } from "./log-lines.ts";
export { probeText } from "./probe.ts";
export { apiText, apiTexts } from "./zh-api.ts";
