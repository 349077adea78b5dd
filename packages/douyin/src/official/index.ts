export {
	type Callback,
	type CallbackProblem,
	type CallbackRules,
	callbackSignature,
	checkCallback,
	type SignedCallback,
} from "./callback.ts";
export { type EntryContext, fenOfDiamond, parseEntries, type ReadEntries, readEntries } from "./entries.ts";
export { isOfficialType, lookedUpTypes, type OfficialType, officialTypes } from "./msg-types.ts";
export { ReplayWindow } from "./replay-window.ts";
