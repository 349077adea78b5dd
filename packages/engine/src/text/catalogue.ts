import { both } from "@livekeeper/base/text";
import * as en from "./en.ts";
import * as zh from "./zh.ts";

/** Texts of rooms, the gate and health checks, by their codes, in both languages. */
export const { decisionTexts, failureHelp, healthTexts, permitTexts, roomTexts } = both(en, zh);
