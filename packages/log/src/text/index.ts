import { both, type LogLines } from "@livekeeper/base/text";
import * as en from "./en.ts";
import { englishLines } from "./en-log.ts";
import * as zh from "./zh.ts";
import { chineseLines } from "./zh-log.ts";

/** Texts of the event log, its stores and their import, by their codes, in both languages. */
export const { clusterTexts, importTexts, storageTexts } = both(en, zh);

/** Lines that this package logs. */
export const logLines: LogLines = { en: englishLines, zh: chineseLines };
