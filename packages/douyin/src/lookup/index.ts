export { fetchFirstState } from "./first-state.ts";
export { type LiveIdProblem, type ParsedLiveId, parseLiveId } from "./live-id.ts";
export { lookupByEnter } from "./lookup-by-enter.ts";
export type { LookupDeps } from "./lookup-deps.ts";
export { lookupRoom } from "./lookup-room.ts";
export { looksLikeCaptcha } from "./room-page.ts";
export { VisitorCookie } from "./visitor-cookie.ts";
export { browserFields, encodeQuery, randomId, randomToken, siteOrigin } from "./web-query.ts";
