export { askPage } from "./ask-page.ts";
export { fetchFirstState } from "./first-state.ts";
export { type LiveIdProblem, type ParsedLiveId, parseLiveId } from "./live-id.ts";
export { askFollowedLive, askWhoIsLive } from "./live-lists.ts";
export { ask, complete, lookUp } from "./look-up.ts";
export type { LookupDeps } from "./lookup-deps.ts";
export { readReply, refusalOf, unreadable } from "./refusals.ts";
export { VisitorCookie, type VisitorMemory } from "./visitor-cookie.ts";
export { browserVersion, hostUrl, randomId, randomToken, siteOrigin } from "./web-query.ts";
