export { type LiveIdProblem, type ParsedLiveId, parseLiveId } from "./live-id.ts";
