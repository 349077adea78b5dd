export { AdaptivePolicy } from "./adaptive-policy.ts";
export { AdaptiveStrategy } from "./adaptive-strategy.ts";
export { HostStats } from "./host-stats.ts";
export type { Release } from "./outage.ts";
