import * as en from "./en.ts";
import * as enOptions from "./en-options.ts";
import { both } from "./text.ts";
import * as zh from "./zh.ts";
import * as zhOptions from "./zh-options.ts";

/** Every text of the service by its code, in both languages. */
export const {
	ageTexts,
	apiPageTexts,
	barrageTexts,
	checkTexts,
	clusterTexts,
	codeNames,
	commandFailures,
	commandTexts,
	configTexts,
	coverageTexts,
	decisionTexts,
	doctorTexts,
	douyinLiveTexts,
	endTexts,
	errorHints,
	eventTexts,
	exportTexts,
	failureHelp,
	failureNames,
	faultNames,
	healthTexts,
	helpTexts,
	identityStateTexts,
	identityTexts,
	importTexts,
	linkTexts,
	listTexts,
	lookupTexts,
	jumpText,
	liveIdHint,
	liveIdTexts,
	mcpTexts,
	messageTexts,
	moneyTexts,
	noSuchKind,
	noTime,
	nodeTexts,
	officialTexts,
	permitTexts,
	readyTexts,
	reasonHelp,
	replyTexts,
	reportTexts,
	requestTexts,
	roomTexts,
	screenTexts,
	seriesTexts,
	statusTexts,
	stepNames,
	storageTexts,
	timeFormats,
	targetTexts,
} = both(en, zh);

/** Separate because there are many options, and only the configuration and the help of commands need their texts. */
export const { optionTexts } = both(enOptions, zhOptions);
