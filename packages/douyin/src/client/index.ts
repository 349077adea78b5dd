export { createUpstream, type UpstreamHandle } from "./create-upstream.ts";
export type { UpstreamOptions } from "./upstream-options.ts";
export { type UpstreamParts, upstreamParts } from "./upstream-parts.ts";
