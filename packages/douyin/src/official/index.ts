export {
	type Callback,
	type CallbackProblem,
	type CallbackRules,
	callbackSignature,
	checkCallback,
	ReplayWindow,
	type SignedCallback,
} from "./callback.ts";
export {
	type EntryContext,
	fenOfDiamond,
	isOfficialType,
	lookedUpTypes,
	type OfficialType,
	officialTypes,
	parseEntries,
	type ReadEntries,
	readEntries,
} from "./entries.ts";
