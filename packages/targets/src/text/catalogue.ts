import { both } from "@livekeeper/base/text";
import * as en from "./en.ts";
import * as zh from "./zh.ts";

/** Texts of targets and of what they are sent, by their codes, in both languages. */
export const { eventTexts, messageTexts, moneyTexts, readyTexts, siteTexts, targetTexts } = both(en, zh);
