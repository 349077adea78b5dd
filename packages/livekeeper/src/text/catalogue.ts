import { both } from "@livekeeper/base/text";
import * as en from "./en.ts";
import * as enOptions from "./en-options.ts";
import * as zh from "./zh.ts";
import * as zhOptions from "./zh-options.ts";

/** Texts of the service and its commands, by their codes, in both languages. */
export const {
	ageTexts,
	apiPageTexts,
	barrageTexts,
	besideTexts,
	commandFailures,
	commandTexts,
	configTexts,
	coverageTexts,
	diagnosisTexts,
	doctorTexts,
	douyinLiveTexts,
	endTexts,
	exportTexts,
	helpTexts,
	highlightTexts,
	identityStateTexts,
	linkTexts,
	listTexts,
	mcpTexts,
	noSuchKind,
	noTime,
	nodeTexts,
	officialTexts,
	reasonHelp,
	replyTexts,
	reportTexts,
	screenTexts,
	seriesTexts,
	statusTexts,
	stepNames,
	timeFormats,
	updateTexts,
} = both(en, zh);

/** Separate because there are many options, and only the configuration and the help of commands need their texts. */
export const { optionTexts } = both(enOptions, zhOptions);
