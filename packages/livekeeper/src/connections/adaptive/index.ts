export { AdaptivePolicy, type Decision } from "./adaptive-policy.ts";
export { AdaptiveStrategy } from "./adaptive-strategy.ts";
export { EndpointStats } from "./endpoint-stats.ts";
export type { Release } from "./outage.ts";
