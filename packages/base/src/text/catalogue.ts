import * as en from "./en.ts";
import { both } from "./text.ts";
import * as zh from "./zh.ts";

/** Texts that several packages say, by their codes, in both languages. */
export const {
	checkTexts,
	codeNames,
	errorHints,
	faultNames,
	identityTexts,
	liveIdHint,
	liveIdTexts,
	lookupTexts,
	requestTexts,
} = both(en, zh);
